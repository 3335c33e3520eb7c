#!/bin/sh
# params: {"days": 7}
apt-get -qq install -y --no-install-recommends logrotate > /dev/null 2>&1
