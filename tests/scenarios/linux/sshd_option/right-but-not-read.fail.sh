#!/bin/sh
# params: {"option": "AllowAgentForwarding", "value": "no"}
sleep 1
echo 'AllowAgentForwarding no' > /etc/ssh/sshd_config.d/10-site.conf
