#!/bin/sh
# params: {"servers": ["192.0.2.1", "ntp2.chu.example"]}
apt-get -qq install -y --no-install-recommends chrony > /dev/null 2>&1
mkdir -p /etc/systemd/system/chrony.service.d
printf "[Unit]\nConditionCapability=\n" > /etc/systemd/system/chrony.service.d/container.conf
echo "DAEMON_OPTS=\"-F 0 -x\"" > /etc/default/chrony
systemctl daemon-reload
echo 'server elsewhere.invalid iburst' > /etc/chrony/sources.d/tuile.sources
systemctl restart chrony
