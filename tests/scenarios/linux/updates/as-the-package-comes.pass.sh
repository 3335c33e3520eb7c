#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends unattended-upgrades > /dev/null 2>&1
