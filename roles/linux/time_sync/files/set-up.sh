# sh -s -- SERVICE  Keeps one time service: the one that runs of those that are set up here, SERVICE before the other, and
# SERVICE where none runs. It starts at boot and reads its files again; the others stop for good.
set -eu
chosen=$1
if ! systemctl --quiet is-active "$chosen.service"; then
    for other in chrony systemd-timesyncd; do
        if systemctl --quiet is-active "$other.service"; then chosen=$other; fi
    done
fi
for other in chrony systemd-timesyncd ntpsec ntp openntpd; do
    [ "$other" != "$chosen" ] || continue
    if systemctl --quiet is-active "$other.service" || systemctl --quiet is-enabled "$other.service" 2>/dev/null; then
        systemctl --quiet disable --now "$other.service" 2>/dev/null
        echo "stopped $other"
    fi
done
systemctl --quiet unmask "$chosen.service"
systemctl --quiet enable "$chosen.service" 2>/dev/null
systemctl restart "$chosen.service"
echo "restarted $chosen"
