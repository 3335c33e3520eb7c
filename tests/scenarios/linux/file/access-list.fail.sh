#!/bin/sh
# params: {"path": "/etc/shadow", "mode": "0640"}
# apply: none: a person decides
apt-get -qq install acl >/dev/null
setfacl -m u:games:r /etc/shadow
