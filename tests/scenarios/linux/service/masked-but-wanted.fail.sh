#!/bin/sh
# params: {"name": "ward", "enabled": true, "running": true}
mkdir -p /etc/systemd/system
printf "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/ward.service
systemctl daemon-reload
rm /etc/systemd/system/ward.service
mkdir -p /usr/local/lib/systemd/system
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' > /usr/local/lib/systemd/system/ward.service
systemctl daemon-reload
systemctl -q mask ward
