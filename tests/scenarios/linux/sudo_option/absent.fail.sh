#!/bin/sh
# params: {"option": "ignore_dot", "value": "yes"}
grep -q @includedir /etc/sudoers
