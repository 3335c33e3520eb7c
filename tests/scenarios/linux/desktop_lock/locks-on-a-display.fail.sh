#!/bin/sh
# params: {"delay_seconds": 0}
apt-get -qq install -y --no-install-recommends dconf-cli > /dev/null 2>&1
mkdir -p /etc/dconf/profile /etc/dconf/db/local.d/locks
printf 'user-db:user\nsystem-db:local\n' > /etc/dconf/profile/user
printf '[org/gnome/desktop/session]\nidle-delay=uint32 300\n[org/gnome/desktop/screensaver]\nlock-enabled=true\n' > /etc/dconf/db/local.d/10-office
printf '/org/gnome/desktop/\n' > /etc/dconf/db/local.d/locks/10-office
dconf update
