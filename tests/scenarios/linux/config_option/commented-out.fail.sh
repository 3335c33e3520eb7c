#!/bin/sh
# params: {"file": "/etc/security/pwquality.conf", "key": "minlen", "value": "12", "compare": "at_least"}
printf '# minlen = 14\r\ndifok = 1' > /etc/security/pwquality.conf
