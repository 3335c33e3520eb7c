#!/bin/sh
# params: {"aspect": "umask", "value": "027"}
echo "umask 077" > /etc/profile.d/site.sh
echo "umask 0077" >> /etc/bash.bashrc
printf "UMASK\t077\n" >> /etc/login.defs
