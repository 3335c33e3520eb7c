# Has the running sshd read its files again, and waits until it has. Sessions stay; nothing is started.
set -eu
sshd -t
for unit in ssh.service sshd.service; do
    systemctl --quiet is-active "$unit" || continue
    before=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
    systemctl reload "$unit"
    tries=50
    while [ "$tries" -gt 0 ] && [ "$(stat -c %y /run/sshd.pid 2>/dev/null || :)" = "$before" ]; do
        sleep 0.1
        tries=$((tries - 1))
    done
    echo "reloaded $unit"
    break
done
