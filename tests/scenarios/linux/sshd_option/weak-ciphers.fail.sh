#!/bin/sh
# params: {"option": "Ciphers", "value": "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr", "compare": "subset_of"}
echo 'Ciphers +aes128-cbc' > /etc/ssh/sshd_config.d/50-old-client.conf
systemctl reload ssh
