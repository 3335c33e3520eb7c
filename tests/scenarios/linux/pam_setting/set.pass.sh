#!/bin/sh
# params: {"module": "pwquality", "key": "minlen", "value": "15", "compare": "at_least", "default": "8"}
echo 'minlen = 16' >> /etc/security/pwquality.conf
