#!/bin/sh
# params: {"allowed": ["tcp/22 by sshd"]}
mkdir -p /run/systemd/system
printf '[Socket]\nListenStream=127.0.0.1:47111\nAccept=yes\n' > /run/systemd/system/inside.socket
printf '[Service]\nExecStart=/bin/true\n' > '/run/systemd/system/inside@.service'
systemctl daemon-reload
systemctl start inside.socket
