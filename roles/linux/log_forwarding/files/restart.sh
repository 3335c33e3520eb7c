# Has rsyslog start at boot, and read its files, which it does when it starts only. What programs say meanwhile waits.
set -eu
rsyslogd -N1
systemctl --quiet unmask rsyslog.service
systemctl --quiet enable rsyslog.service 2>/dev/null
systemctl restart rsyslog.service
echo "restarted rsyslog.service"
