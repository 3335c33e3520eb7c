#!/bin/sh
# params: {"name": "systemd-timesyncd.service", "masked": true, "enabled": false, "running": false}
