#!/bin/sh
# params: {"path": "/srv/data", "options": ["nodev", "nosuid", "noexec"]}
printf 'tmpfs\t/srv/data\ttmpfs\tsize=16m,noexec,nosuid,nodev\n' > /etc/fstab
mount -o remount /srv/data
