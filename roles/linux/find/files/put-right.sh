# WHAT PATH...   (one that does not print is written with backslashes, and so names nothing)
# Takes away from exactly these paths what they have too much, if they still have it. Prints what it changed.
set -eu
what=$1
shift

# A package's own name for a file: before Debian merged /usr it was shipped as /bin/mount.
packaged() {
    for each in "$1" "${1#/usr}"; do
        if dpkg-query -S "$each" >/dev/null 2>&1; then
            echo "$each"
            return
        fi
    done
}

keep_at_updates() {
    name=$(packaged "$1")
    [ -n "$name" ] || return 0
    if dpkg-statoverride --list "$name" >/dev/null; then
        dpkg-statoverride --quiet --remove "$name"
    fi
    dpkg-statoverride --quiet --add "$(stat -c %U "$1")" "$(stat -c %G "$1")" "$(stat -c %a "$1")" "$name"
}

paths find "$what" "$@"
[ "$what" = special_bits ] || exit 0
paths ours "$@" | while IFS= read -r path; do keep_at_updates "$path"; done
