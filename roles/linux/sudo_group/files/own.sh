# GROUP
# Gives sudo to a group, of which the members alone can start it, and has dpkg keep it so at updates.
set -eu
if dpkg-statoverride --list /usr/bin/sudo >/dev/null; then
    dpkg-statoverride --quiet --remove /usr/bin/sudo
fi
dpkg-statoverride --quiet --update --add root "$1" 4110 /usr/bin/sudo
echo "sudo is for members of $1"
