# KEY VALUE [KEY ...]: sets the running value, and the same one under each further key. An interface that has gone is done.
set -eu
wanted=$2
sysctl --quiet --write "$1=$wanted"
echo "$1 = $wanted"
shift 2
for key; do
    path=/proc/sys/$(printf %s "$key" | tr ./ /.)
    [ -e "$path" ] || continue
    printf '%s\n' "$wanted" >"$path"
    echo "$key = $wanted"
done
