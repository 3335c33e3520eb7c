#!/bin/sh
# params: {"what": "access_lists"}
# apply: none: a person decides
apt-get -qq install acl >/dev/null
setfacl -m u:games:rwx /etc/profile.d
