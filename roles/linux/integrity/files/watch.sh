# sh -s   (this script on standard input)
# Has files compared every day. Makes a first database as a unit at idle priority, and waits a minute for it at most.
set -eu
aide --config /etc/aide/aide.conf --config-check
if [ "$(systemctl is-enabled dailyaidecheck.timer || :)" != enabled ]; then
    systemctl --quiet unmask dailyaidecheck.timer
    systemctl --quiet enable dailyaidecheck.timer
    echo "compares every day"
fi
if ! systemctl --quiet is-active dailyaidecheck.timer; then
    systemctl start dailyaidecheck.timer
    echo "dailyaidecheck.timer started"
fi
if [ -e /var/lib/aide/aide.db ] || systemctl --quiet is-active tuile-aideinit.service; then
    exit
fi
# What keeps the former state learns of the database once it is made, so that an undo knows whose it is.
kept=/var/lib/tuile/$(readlink /var/lib/tuile/active || echo none)
told=
if [ -e "$kept/guard" ]; then
    told="--property=ExecStopPost=/bin/sh $kept/guard settle ${kept##*/} file=/var/lib/aide/aide.db file=/var/lib/aide/aide.db.new"
fi
systemd-run --quiet --collect --unit=tuile-aideinit --nice=19 --property=CPUSchedulingPolicy=idle \
    --property=IOSchedulingClass=idle --property=RuntimeMaxSec=6h --property=TimeoutStopSec=30min \
    ${told:+"$told"} aideinit --yes --force
echo "makes the first database"
seconds=0
while [ "$seconds" -lt 60 ] && systemctl --quiet is-active tuile-aideinit.service; do
    sleep 1
    seconds=$((seconds + 1))
done
if [ ! -e /var/lib/aide/aide.db ] && ! systemctl --quiet is-active tuile-aideinit.service; then
    echo "aideinit made no database: see journalctl -u tuile-aideinit and /var/log/aide" >&2
    exit 1
fi
