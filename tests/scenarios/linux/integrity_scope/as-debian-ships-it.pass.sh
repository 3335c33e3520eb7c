#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends aide aide-common > /dev/null 2>&1
