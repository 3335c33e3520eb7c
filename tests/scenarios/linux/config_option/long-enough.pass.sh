#!/bin/sh
# params: {"file": "/etc/security/pwquality.conf", "key": "minlen", "value": "12", "compare": "at_least"}
printf 'minlen=14 # asked for by the group' > /etc/security/pwquality.conf
