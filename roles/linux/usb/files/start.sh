# sh -s   (this script on standard input)
# Starts the daemon of USBGuard with the rules that stand, now and at boot. It reads only files that root alone can.
set -eu
chmod 0600 /etc/usbguard/rules.conf /etc/usbguard/usbguard-daemon.conf
if [ "$(systemctl is-enabled usbguard.service || :)" != enabled ]; then
    systemctl --quiet unmask usbguard.service
    systemctl --quiet enable usbguard.service
    echo "usbguard starts at boot"
fi
systemctl restart usbguard.service
echo "usbguard restarted"
