#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "owner": "root"}
install -m 0640 /dev/null /etc/tuile-test.conf
chown 4242:4242 /etc/tuile-test.conf
