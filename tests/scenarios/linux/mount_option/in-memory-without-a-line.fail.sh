#!/bin/sh
# params: {"path": "/tmp", "options": ["nodev", "nosuid", "noexec"]}
# Mounted by hand: neither fstab nor a unit speaks of it.
sed -i '/ \/tmp /d' /etc/fstab
umount /tmp
systemctl daemon-reload
mount -t tmpfs -o size=32m,mode=1777 tmpfs /tmp
echo kept >/tmp/of-a-user
