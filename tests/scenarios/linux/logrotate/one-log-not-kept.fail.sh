#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends logrotate > /dev/null 2>&1
printf '/var/log/btmp {\n\trotate 0\n\tpostrotate\n\t\tid\n\tendscript\n}\n' > /etc/logrotate.d/btmp
