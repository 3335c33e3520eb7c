# SETTING COMPARE VALUE FLOOR [SPARED...]
# Sets with chage the accounts that have a password and differ. One that would be shut out at once stays as it is, and is
# said. Prints what it changed.
set -eu
setting=$1 compare=$2 value=$3 floor=$4
shift 4
today=$(($(date +%s) / 86400))
left=

spared() {
    who=$1
    shift
    for each; do [ "$who" != "$each" ] || return 0; done
    return 1
}
well() {
    case $compare in
        at_least) [ "$1" -ge "$value" ] ;;
        at_most) [ "$1" -le "$value" ] && [ "$1" -ge "${floor:-$1}" ] ;;
        *) [ "$1" -eq "$value" ] ;;
    esac
}

[ "$setting" != hashing ] || exit 0
while IFS=: read -r name hash changed min max warn inactive _; do
    case $hash in '!'* | '*'*) continue ;; esac
    if spared "$name" "$@"; then continue; fi
    case $setting in
        max_days) now=${max:-99999} option=--maxdays ends=$value ;;
        min_days) now=${min:-0} option=--mindays ends=99999 ;;
        warn_days) now=${warn:-0} option=--warndays ends=99999 ;;
        inactive) now=${inactive:--1} option=--inactive ends=$((${max:-99999} + value)) ;;
    esac
    if well "$now"; then continue; fi
    if [ $((${changed:-$today} + ends)) -lt "$today" ]; then
        left="$left $name"
        continue
    fi
    chage "$option" "$value" -- "$name"
    echo "$name: $setting $value"
done </etc/shadow
if [ -n "$left" ]; then
    echo "left as they are, since their passwords are so old that they would be shut out at once:$left. Change these passwords, or spare the accounts." >&2
    exit 1
fi
