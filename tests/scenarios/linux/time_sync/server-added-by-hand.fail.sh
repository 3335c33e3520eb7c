#!/bin/sh
# params: {"servers": ["2.debian.pool.ntp.org", "192.0.2.1"]}
# apply: none; an undo cannot bring back what was in memory alone
apt-get -qq install -y --no-install-recommends chrony > /dev/null 2>&1
mkdir -p /etc/systemd/system/chrony.service.d
printf "[Unit]\nConditionCapability=\n" > /etc/systemd/system/chrony.service.d/container.conf
echo "DAEMON_OPTS=\"-F 0 -x\"" > /etc/default/chrony
systemctl daemon-reload
systemctl restart chrony
chronyc add server 192.0.2.1 > /dev/null
