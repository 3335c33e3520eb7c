#!/bin/sh
# params: {"service": "chrony"}
# apply: none, that service’s files are a person’s matter
apt-get -qq install -y --no-install-recommends chrony > /dev/null 2>&1
mkdir -p /etc/systemd/system/chrony.service.d
printf "[Unit]\nConditionCapability=\n" > /etc/systemd/system/chrony.service.d/container.conf
echo "DAEMON_OPTS=\"-F 0 -x\"" > /etc/default/chrony
systemctl daemon-reload
systemctl restart chrony
mkdir -p /usr/local/lib/systemd/system
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' > /usr/local/lib/systemd/system/ntpsec.service
systemctl daemon-reload
systemctl --quiet enable --now ntpsec 2>/dev/null
