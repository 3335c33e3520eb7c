#!/bin/sh
# params: {"item": "core", "value": 0}
echo '* - core unlimited' >> /etc/security/limits.conf
