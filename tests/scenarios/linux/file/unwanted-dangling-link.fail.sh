#!/bin/sh
# params: {"path": "/etc/hosts.equiv", "exists": false}
ln -s /nowhere /etc/hosts.equiv
