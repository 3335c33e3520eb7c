#!/bin/sh
# params: {"file": "/etc/login.defs", "key": "PASS_MAX_DAYS", "value": "365", "compare": "at_most", "floor": 1, "format": "space"}
printf 'PASS_MAX_DAYS\t90\n' >> /etc/login.defs
printf 'PASS_MAX_DAYS\t99999\n' >> /etc/login.defs
