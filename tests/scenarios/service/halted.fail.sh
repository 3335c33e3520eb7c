#!/bin/sh
# params: {"name": "cron", "running": true}
# apply: none, somebody halted it
systemctl kill --signal=STOP cron.service
until grep -q '^State:.T' "/proc/$(systemctl show --property=MainPID --value cron.service)/status"; do sleep 0.1; done
