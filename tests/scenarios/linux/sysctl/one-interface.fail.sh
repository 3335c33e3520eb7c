#!/bin/sh
# params: {"key": "net.ipv6.conf.all.accept_ra", "value": "0"}
echo 'net.ipv6.conf.all.accept_ra = 0' > /etc/sysctl.d/50-site.conf
sysctl -qw net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.host0.accept_ra=1
