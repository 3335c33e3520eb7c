#!/bin/sh
# params: {}
# apply: none, it needs the collector
apt-get -qq install -y --no-install-recommends rsyslog rsyslog-gnutls > /dev/null 2>&1
