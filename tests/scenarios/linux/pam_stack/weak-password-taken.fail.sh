#!/bin/sh
# params: {"aspect": "passwords_checked"}
sed -i '1i password sufficient pam_unix.so' /etc/pam.d/common-password
