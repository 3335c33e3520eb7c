#!/bin/sh
# params: {"name": "ward", "enabled": false, "running": false}
mkdir -p /etc/systemd/system
printf "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/ward.service
systemctl daemon-reload
systemctl start ward
