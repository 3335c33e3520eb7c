#!/bin/sh
# params: {"file": "/etc/security/faillock.conf", "key": "nodelay", "value": "no", "format": "flag"}
echo 'nodelay' >> /etc/security/faillock.conf
