#!/bin/sh
# params: {"service": "common-password", "type": "password", "module": "pam_pwhistory.so", "arguments": ["remember>=24", "use_authtok", "enforce_for_root"]}
pam-auth-update --package
