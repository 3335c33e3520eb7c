#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends chrony > /dev/null 2>&1
