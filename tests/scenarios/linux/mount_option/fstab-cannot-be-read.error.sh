#!/bin/sh
# params: {"path": "/srv/data", "options": ["nodev", "nosuid", "noexec"]}
rm /etc/fstab
mkdir /etc/fstab
