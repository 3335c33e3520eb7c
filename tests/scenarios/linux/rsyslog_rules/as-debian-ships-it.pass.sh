#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends rsyslog > /dev/null 2>&1
