#!/bin/sh
# params: {"days": 7}
apt-get -qq install -y --no-install-recommends unattended-upgrades > /dev/null 2>&1
printf "%s\n" "APT::Periodic::Update-Package-Lists \"30\";" "Unattended-Upgrade::Automatic-Reboot \"true\";" "#clear Unattended-Upgrade::Origins-Pattern;" > /etc/apt/apt.conf.d/99local
systemctl --quiet mask --now apt-daily.timer apt-daily-upgrade.timer
