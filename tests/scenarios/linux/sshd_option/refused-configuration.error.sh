#!/bin/sh
# params: {"option": "PermitRootLogin", "value": "no"}
echo 'PermitRootLogin perhaps' > /etc/ssh/sshd_config.d/10-site.conf
