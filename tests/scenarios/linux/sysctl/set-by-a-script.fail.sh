#!/bin/sh
# params: {"key": "net.ipv4.tcp_syncookies", "value": "1"}
# apply: none, the line is a person's to take out
echo 'net.ipv4.tcp_syncookies = 1' > /etc/sysctl.d/50-site.conf
sysctl -qw net.ipv4.tcp_syncookies=1
mkdir -p /etc/network/if-up.d
printf '#!/bin/sh\nsysctl -qw net.ipv4.tcp_syncookies=0\n' > /etc/network/if-up.d/tune
