# PATH OPTIONS
# Remounts what is mounted; what is mounted on demand gets its options then.
set -eu
if mountpoint -q -- "$1"; then
    mount -o "remount,$2" -- "$1" </dev/null
    echo "remounted $1"
fi
