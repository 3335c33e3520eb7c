#!/bin/sh
# params: {"what": "changed"}
echo '# x' >> /usr/lib/systemd/system/cron.service
