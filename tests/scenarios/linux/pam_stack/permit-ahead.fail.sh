#!/bin/sh
# params: {"aspect": "password_asked"}
sed -i '1i auth sufficient pam_permit.so' /etc/pam.d/su
