#!/bin/sh
# params: {"option": "MaxAuthTries", "value": "4", "compare": "at_most", "floor": 1}
sed -i '/^Include/d' /etc/ssh/sshd_config
systemctl reload ssh
