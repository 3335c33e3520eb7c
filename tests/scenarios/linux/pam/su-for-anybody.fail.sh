#!/bin/sh
# params: {"service": "su", "type": "auth", "module": "pam_wheel.so", "control": "required", "arguments": ["use_uid", "group=adm"]}
sed -i "s/^# auth       required   pam_wheel.so$/auth optional pam_wheel.so/" /etc/pam.d/su
