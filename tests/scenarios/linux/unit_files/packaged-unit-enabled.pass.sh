#!/bin/sh
# params: {"what": "units"}
systemctl --quiet enable systemd-networkd.service 2>/dev/null
systemctl --quiet mask rpcbind.socket 2>/dev/null || :
