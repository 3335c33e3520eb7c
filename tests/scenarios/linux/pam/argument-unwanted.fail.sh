#!/bin/sh
# params: {"service": "common-auth", "type": "auth", "module": "pam_unix.so", "without": ["nullok"]}
grep -q nullok /etc/pam.d/common-auth
