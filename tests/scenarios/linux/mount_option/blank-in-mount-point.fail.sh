#!/bin/sh
# params: {"path": "/srv/images radio", "options": ["noexec"]}
mkdir '/srv/images radio'
printf '%s\n' 'tmpfs /srv/images\040radio tmpfs size=1m 0 0' >> /etc/fstab
mount '/srv/images radio'
