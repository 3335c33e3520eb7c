#!/bin/sh
# params: {"key": "net.ipv4.conf.all.send_redirects", "value": "0"}
sysctl -qw net.ipv4.conf.all.send_redirects=0
echo 'net/ipv4/conf/all/send_redirects = 1' > /etc/sysctl.d/50-site.conf
