#!/bin/sh
# params: {"file": "/etc/tuile-test.conf", "key": "debug", "value": "no"}
mkdir -p /etc/tuile-test.conf
