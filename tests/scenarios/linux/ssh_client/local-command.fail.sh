#!/bin/sh
# params: {}
mkdir -p /etc/ssh/ssh_config.d
printf 'Host *\n PermitLocalCommand yes\n LocalCommand id\n' > /etc/ssh/ssh_config.d/zz.conf
