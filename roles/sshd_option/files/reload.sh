# Has the running sshd read its files again, and waits until it has: it removes its file, listens, and writes it anew.
# Sessions stay; nothing is started.
set -eu
sshd -t
for unit in ssh.service sshd.service; do
    systemctl --quiet is-active "$unit" || continue
    before=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
    systemctl reload "$unit"
    for _ in $(seq 50); do
        now=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
        [ -z "$now" ] || [ "$now" = "$before" ] || break
        sleep 0.1
    done
    echo "reloaded $unit"
    break
done
