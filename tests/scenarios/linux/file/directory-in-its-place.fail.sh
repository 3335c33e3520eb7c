#!/bin/sh
# params: {"path": "/etc/tuile-test.conf", "mode": "0600"}
# apply: none, what a directory holds is not thrown away
mkdir -m 0700 /etc/tuile-test.conf
