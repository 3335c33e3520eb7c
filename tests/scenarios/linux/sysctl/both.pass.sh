#!/bin/sh
# params: {"key": "net.ipv4.conf.all.accept_redirects", "value": "0"}
echo 'net.ipv4.conf.all.accept_redirects = 0' > /etc/sysctl.d/50-site.conf
sysctl -qw net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.host0.accept_redirects=0
