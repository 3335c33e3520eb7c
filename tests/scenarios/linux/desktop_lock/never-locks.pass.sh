#!/bin/sh
# params: {"delay_seconds": 0}
apt-get -qq install -y --no-install-recommends dconf-cli > /dev/null 2>&1
mkdir -p /etc/dconf/profile /etc/dconf/db/display.d/locks
printf 'user-db:user\nsystem-db:display\n' > /etc/dconf/profile/user
printf '[org/gnome/desktop/session]\nidle-delay=uint32 0\n[org/gnome/desktop/screensaver]\nlock-enabled=false\n' > /etc/dconf/db/display.d/10-display
printf '/org/gnome/desktop/session/idle-delay\n/org/gnome/desktop/screensaver/lock-enabled\n' > /etc/dconf/db/display.d/locks/10-display
dconf update
