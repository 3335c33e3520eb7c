#!/bin/sh
# params: {"aspect": "umask", "value": "077"}
sed -i "1i umask 077" /etc/profile
echo "  umask 022 # shared" > /etc/profile.d/site.sh
echo "umask 077" >> /etc/bash.bashrc
printf "UMASK\t077\n" >> /etc/login.defs
