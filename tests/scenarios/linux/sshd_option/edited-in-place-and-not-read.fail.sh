#!/bin/sh
# params: {"option": "AllowAgentForwarding", "value": "no"}
echo 'AllowAgentForwarding yes' > /etc/ssh/sshd_config.d/10-site.conf
systemctl reload ssh
sleep 1
echo 'AllowAgentForwarding no' > /etc/ssh/sshd_config.d/10-site.conf
