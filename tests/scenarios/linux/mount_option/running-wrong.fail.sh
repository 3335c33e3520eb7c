#!/bin/sh
# params: {"path": "/srv/data", "options": ["nodev", "nosuid", "noexec"]}
sed -i 's|\(/srv/data tmpfs \)|\1nodev,nosuid,noexec,|' /etc/fstab
mount -o remount,dev,suid,exec /srv/data
