#!/bin/sh
# params: {"service": "common-password", "type": "password", "module": "pam_pwhistory.so", "arguments": ["remember>=5", "use_authtok"]}
sed -i "s/^password.*pam_pwquality.*/&\npassword required pam_pwhistory.so remember=24 use_authtok # ours/" /etc/pam.d/common-password
