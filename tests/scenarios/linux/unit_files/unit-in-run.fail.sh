#!/bin/sh
# params: {"what": "units"}
printf '[Service]\nExecStart=/bin/true\n' > /run/systemd/system/x.service
