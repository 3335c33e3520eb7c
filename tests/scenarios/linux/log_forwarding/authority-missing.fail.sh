#!/bin/sh
# params: {"target": "logs.chu.example:6514", "ca": "/etc/ssl/site.pem"}
# apply: none: only the site has the certificate of its authority
apt-get -qq install -y --no-install-recommends rsyslog rsyslog-gnutls > /dev/null 2>&1
rm -f /etc/ssl/site.pem
