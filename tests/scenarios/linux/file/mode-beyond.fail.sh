#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0640", "owner": "root"}
install -m 0646 /dev/null /etc/tuile-test.conf
