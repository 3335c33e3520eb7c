#!/bin/sh
# params: {"what": "access_lists"}
# apply: none: a person decides
apt-get -qq install acl >/dev/null
seq 30000 30199 | sed 's/.*/u:&:rwx/' | setfacl -M - /etc/profile.d
