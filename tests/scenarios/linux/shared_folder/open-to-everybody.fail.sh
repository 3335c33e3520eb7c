#!/bin/sh
# params: {}
echo '/srv *(rw,no_root_squash)' >> /etc/exports
mkdir -p /etc/samba
printf '[depot]\n path = /srv\n guest ok = yes\n' > /etc/samba/smb.conf
