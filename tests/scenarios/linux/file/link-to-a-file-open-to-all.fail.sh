#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0600"}
install -m 0666 /dev/null /srv/real.conf
ln -s /srv/real.conf /etc/tuile-test.conf
