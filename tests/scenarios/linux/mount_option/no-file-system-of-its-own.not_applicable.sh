#!/bin/sh
# params: {"path": "/home", "options": ["nodev"]}
mountpoint /home && exit 1
true
