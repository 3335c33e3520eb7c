#!/bin/sh
# params: {"services": ["tcp/22", "tcp/104 from 192.0.2.0/24,198.51.100.7,2001:db8::/64", "udp/6000-6010", "vrrp"], "forward": "deny"}
nft add table ip docker0
nft add chain ip docker0 input '{ type filter hook input priority 10; }'
