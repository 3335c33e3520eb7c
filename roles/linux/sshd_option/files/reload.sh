# Has the running sshd read its files again, and waits until it has: it removes its file, listens, and writes it anew.
# Sessions stay; nothing is started. One that ssh.socket has started would lose its socket as it is reloaded, and die: it
# is restarted, which leaves sessions too. Where nobody is connected through that socket, the next one is read anew.
set -eu
sshd -t
for unit in ssh.service sshd.service; do
    systemctl --quiet is-active "$unit" || continue
    how=reload
    ! systemctl --quiet is-active ssh.socket || how=try-restart
    before=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
    systemctl "$how" "$unit"
    for _ in $(seq 50); do
        now=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
        [ -z "$now" ] || [ "$now" = "$before" ] || break
        sleep 0.1
    done
    systemctl --quiet is-active "$unit" || systemctl --quiet is-active ssh.socket || {
        echo "$unit does not run any more after its reload" >&2
        exit 1
    }
    echo "reloaded $unit"
    break
done
