#!/bin/sh
# params: {"path": "/srv/data", "options": ["nodev", "nosuid", "noexec"]}
# Comments, tabs, a contradiction, an error of long standing, no newline at the end.
{
    printf '# <file system> <mount point>\t<type>  <options>\n#tmpfs /srv/data tmpfs nodev 0 0\n\n'
    printf 'LABEL=gone /mnt/gone ext4 noauto,nofail 0 2\nUUID=0-0 none swap sw,noauto 0 0\n'
    printf 'tmpfs\t/tmp  tmpfs size=32m,mode=1777 0 0\n  tmpfs  /srv/data\ttmpfs   size=16m,exec'
} > /etc/fstab
