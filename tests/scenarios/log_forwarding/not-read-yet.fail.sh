#!/bin/sh
# params: {"target": "192.0.2.7:514", "protocol": "udp"}
apt-get -qq install -y --no-install-recommends rsyslog rsyslog-gnutls > /dev/null 2>&1
sleep 0.1
echo "*.* @192.0.2.7" > /etc/rsyslog.d/90-site.conf
