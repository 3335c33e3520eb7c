#!/bin/sh
# params: {"key": "net.ipv4.ping_group_range", "value": "1 0"}
sysctl -qw net.ipv4.ping_group_range='0 100'
