#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0640", "owner": "root", "group": ["root"]}
# The mode must stay as strict as it is.
install -m 0400 -o games -g root /dev/null /etc/tuile-test.conf
