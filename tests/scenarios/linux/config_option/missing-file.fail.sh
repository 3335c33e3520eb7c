#!/bin/sh
# params: {"file": "/etc/tuile-test.conf", "key": "debug", "value": "no"}
rm -f /etc/tuile-test.conf
