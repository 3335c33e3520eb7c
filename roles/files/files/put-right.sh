# TYPE DEPTH MODE OWNERS GROUPS PATTERN...
# Takes from what fits what its mode grants beyond MODE, and gives what is owned by none of OWNERS (with commas) to the
# first of them, and likewise for GROUPS. Empty: leave as it is. Prints what it changed.
set -euf
type=$1 depth=$2 mode=$3 owners=$4 groups=$5
shift 5

IFS=
left=$#
while [ "$left" -gt 0 ]; do
    pattern=$1 left=$((left - 1))
    shift
    set +f
    for each in $pattern; do [ ! -e "$each" ] || set -- "$@" "$each"; done
    set -f
done
[ $# -gt 0 ] || exit 0

# otherwise user|group NAMES: the words that make find look for what is of none of them; names unknown here are left out.
otherwise() (
    IFS=,
    case $1 in user) base=passwd ;; *) base=group ;; esac
    for name in $2; do
        if getent "$base" "$name" >/dev/null; then printf '!\n-%s\n%s\n' "$1" "$name"; fi
    done
)

# change user|group NAMES COMMAND PATH...
change() {
    what=$1 names=$2 command=$3
    shift 3
    [ -n "$names" ] || return 0
    IFS='
'
    find -H "$@" -xdev -maxdepth "$depth" -type "$type" $(otherwise "$what" "$names") -print \
        -exec "$command" -- "${names%%,*}" {} +
}

change user "$owners" chown "$@"
change group "$groups" chgrp "$@"
if [ -n "$mode" ]; then
    excess=$(printf %04o $((07777 & ~0$mode)))
    find -H "$@" -xdev -maxdepth "$depth" -type "$type" -perm "/$excess" -print -exec chmod -- "-$excess" {} +
fi
