#!/bin/sh
# params: {"option": "LogLevel", "value": "VERBOSE,INFO", "compare": "one_of"}
echo 'loglevel quiet' > /etc/ssh/sshd_config.d/00-site.conf
systemctl reload ssh
