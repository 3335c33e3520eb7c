#!/bin/sh
# params: {"service": "common-password", "type": "password", "module": "pam_pwquality.so", "arguments": ["retry<=2"]}
DEBIAN_FRONTEND=noninteractive pam-auth-update --disable pwquality
