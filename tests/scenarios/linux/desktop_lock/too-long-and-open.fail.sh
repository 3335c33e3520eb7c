#!/bin/sh
# params: {"delay_seconds": 900, "grace_seconds": 5}
apt-get -qq install -y --no-install-recommends dconf-cli > /dev/null 2>&1
mkdir -p /etc/dconf/profile /etc/dconf/db/local.d
printf 'user-db:user\nsystem-db:local\nsystem-db:site' > /etc/dconf/profile/user
printf '[org/gnome/desktop/session]\nidle-delay=uint32 3600\n[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 5\n' > /etc/dconf/db/local.d/50-site
dconf update
