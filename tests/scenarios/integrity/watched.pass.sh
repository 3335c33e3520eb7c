# params: {}
apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qy install aide aide-common >/dev/null
touch /var/lib/aide/aide.db
systemctl --quiet enable --now dailyaidecheck.timer
