#!/bin/sh
# params: {}
nft add table ip nn
nft 'add chain ip nn pre { type nat hook prerouting priority -100; }'
nft 'add rule ip nn pre tcp dport 8022 redirect to :22'
