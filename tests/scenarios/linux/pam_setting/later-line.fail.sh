#!/bin/sh
# params: {"module": "faillock", "key": "deny", "value": "3", "compare": "at_most", "floor": 1}
printf 'deny = 3\ndeny = 100\n' >> /etc/security/faillock.conf
