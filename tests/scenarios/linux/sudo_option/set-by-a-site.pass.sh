#!/bin/sh
# params: {"option": "timestamp_timeout", "value": "15", "compare": "at_most", "floor": 0}
printf 'Defaults env_reset, timestamp_timeout=5\n' > /etc/sudoers.d/10-site
