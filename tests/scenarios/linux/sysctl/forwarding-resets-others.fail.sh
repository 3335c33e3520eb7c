#!/bin/sh
# params: {"key": "net.ipv4.ip_forward", "value": "0"}
sysctl -qw net.ipv4.ip_forward=1
sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.default.accept_redirects=0
