#!/bin/sh
# params: {"key": "net.ipv4.conf.all.accept_source_route", "value": "0"}
echo 'net.ipv4.conf.all.accept_source_route = 0' > /etc/sysctl.d/50-site.conf
sysctl -qw net.ipv4.conf.all.accept_source_route=1
