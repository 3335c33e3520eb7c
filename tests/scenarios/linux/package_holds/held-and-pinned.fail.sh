#!/bin/sh
# params: {}
apt-mark -qq hold sudo
printf 'Package: *\nPin: release l=Debian-Security\nPin-Priority: -1\n' > /etc/apt/preferences.d/away
