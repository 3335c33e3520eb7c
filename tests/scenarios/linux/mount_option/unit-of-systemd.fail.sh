#!/bin/sh
# params: {"path": "/tmp", "options": ["nodev", "nosuid", "noexec"]}
# Mounted by tmp.mount, which Debian 12 offers and Debian 13 enables; fstab does not speak of it.
sed -i '/ \/tmp /d' /etc/fstab
[ -e /usr/lib/systemd/system/tmp.mount ] || ln -s /usr/share/systemd/tmp.mount /etc/systemd/system/tmp.mount
systemctl daemon-reload
systemctl restart tmp.mount
