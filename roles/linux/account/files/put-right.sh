# ASPECT [SPARED...]
# Locks the accounts that must be locked (system_locked, invalid_shell_locked). Prints what it changed.
set -eu
aspect=$1
shift

spared() {
    who=$1
    shift
    for each; do [ "$who" != "$each" ] || return 0; done
    return 1
}
logs_in() {
    case $1 in */sbin/nologin | */bin/false | /bin/sync | /sbin/halt | /sbin/shutdown) return 1 ;; esac
}
lock() {
    case $(awk -F: -v name="$1" '$1 == name { print $2 "." }' /etc/shadow) in
        '!'* | '*'* | '') ;;
        *)
            usermod --lock -- "$1"
            echo "locked $1"
            ;;
    esac
}

while IFS=: read -r name _ uid _ _ _ shell; do
    if spared "$name" "$@" || [ "$uid" -eq 0 ]; then continue; fi
    if [ "$aspect" = invalid_shell_locked ]; then
        logs_in "$shell" || lock "$name"
    elif [ "$uid" -lt 1000 ] || [ "$uid" -eq 65534 ]; then
        lock "$name"
        if logs_in "$shell"; then
            usermod --shell /usr/sbin/nologin -- "$name"
            echo "no shell for $name"
        fi
    fi
done </etc/passwd
