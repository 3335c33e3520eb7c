#!/bin/sh
# params: {"name": "ward", "running": true}
# apply: none: somebody halted it
printf '[Service]\nExecStart=/bin/sleep infinity\n' > /etc/systemd/system/ward.service
systemctl daemon-reload
systemctl start ward.service
systemctl kill --signal=STOP ward.service
until grep -q '^State:.T' "/proc/$(systemctl show --property=MainPID --value ward.service)/status"; do sleep 0.1; done
