#!/bin/sh
# params: {}
apt-get -qq install -y --no-install-recommends aide aide-common > /dev/null 2>&1
# The lab offers it with fewer settings than Debian ships.
dpkg-deb -x /usr/local/share/lab-packages/whole/aide-common_*.deb /srv/whole
cp -r /srv/whole/usr/share/aide/config/aide/. /etc/aide/
