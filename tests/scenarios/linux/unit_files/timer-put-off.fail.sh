#!/bin/sh
# params: {"what": "timers", "units": ["dpkg-db-backup.timer"]}
mkdir -p /etc/systemd/system/dpkg-db-backup.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n' > /etc/systemd/system/dpkg-db-backup.timer.d/x.conf
systemctl daemon-reload
systemctl restart dpkg-db-backup.timer
