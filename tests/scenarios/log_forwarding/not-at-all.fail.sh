#!/bin/sh
# params: {"target": "logs.chu.example:6514"}
apt-get -qq install -y --no-install-recommends rsyslog rsyslog-gnutls > /dev/null 2>&1
systemctl --quiet disable --now rsyslog 2>/dev/null
