#!/bin/sh
# params: {"what": "covered"}
# apply: none: a person decides
cp -p /etc/hosts /run/hosts.other
mount --bind /run/hosts.other /etc/hosts
