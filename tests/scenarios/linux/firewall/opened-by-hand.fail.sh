#!/bin/sh
# params: {"services": ["tcp/22"]}
mkdir -p /etc/nftables.d
printf 'table inet tuile {\n chain input {\n  type filter hook input priority filter; policy accept;\n tcp dport 8080 accept\n }\n}\n' > /etc/nftables.d/tuile.nft
nft -f /etc/nftables.d/tuile.nft
