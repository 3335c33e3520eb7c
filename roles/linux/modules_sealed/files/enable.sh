# sh -s   (this script on standard input)
# Has systemd close the kernel to modules at the end of each start. The running kernel is left as it is.
set -eu
systemctl daemon-reload
systemctl --quiet enable tuile-modules-sealed.service
echo "enabled tuile-modules-sealed.service"
