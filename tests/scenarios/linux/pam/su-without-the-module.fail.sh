#!/bin/sh
# params: {"service": "su", "type": "auth", "module": "pam_wheel.so", "control": "required", "arguments": ["use_uid"]}
grep -q common-auth /etc/pam.d/su
