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

find -H "$@" -xdev -maxdepth "$depth" -type "$type" -print0 | paths fit "$type" "$mode" "$owners" "$groups"
