#!/bin/sh
# params: {"delay_seconds": 600, "card_removal": "lock"}
apt-get -qq install -y --no-install-recommends dconf-cli > /dev/null 2>&1
