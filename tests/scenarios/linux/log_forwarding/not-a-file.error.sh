#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends rsyslog rsyslog-gnutls > /dev/null 2>&1
mkdir /etc/rsyslog.d/10-x.conf
