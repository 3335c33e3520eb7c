#!/bin/sh
# params: {"option": "X11Forwarding", "value": "no"}
grep -q '^X11Forwarding yes' /etc/ssh/sshd_config
