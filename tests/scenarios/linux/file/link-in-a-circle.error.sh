#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0600"}
ln -s /etc/tuile-test.conf /etc/tuile-test.conf
