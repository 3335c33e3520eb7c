#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0640", "owner": "root", "group": ["shadow", "root"]}
install -m 0400 /dev/null /etc/tuile-test.conf
