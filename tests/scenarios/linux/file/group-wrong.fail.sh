#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0640", "group": ["shadow", "root"]}
install -m 0640 -g games /dev/null /etc/tuile-test.conf
