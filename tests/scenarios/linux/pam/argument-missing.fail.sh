#!/bin/sh
# params: {"service": "common-password", "type": "password", "module": "pam_unix.so", "arguments": ["yescrypt", "rounds>=11"]}
grep -q yescrypt /etc/pam.d/common-password
