#!/bin/sh
# params: {"item": "core", "value": 0}
echo '* hard core 0' > /etc/security/limits.d/50-site.conf
