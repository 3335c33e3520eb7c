#!/bin/sh
# params: {"name": "ward.service", "enabled": true, "running": true}
mkdir -p /etc/systemd/system
printf "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/ward.service
systemctl daemon-reload
systemctl start ward
