#!/bin/sh
# params: {"service": "common-password", "type": "password", "module": "pam_pwhistory.so"}
# apply: none, where a line stands is a matter of who put it there
echo "password required pam_pwhistory.so" >> /etc/pam.d/common-password
