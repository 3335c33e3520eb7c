# WHAT PATH...   (a path with a backslash does not print, and is left alone)
# Takes away from exactly these paths what they have too much, if they still have it. Prints what it changed.
set -eu
what=$1
shift

# Looks again before it changes: a file that is another one by now is left alone. Prints the name if it changed it.
change() {
    path=$1
    shift
    find -P "$path" -maxdepth 0 "$@" {} \; -print
}

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

for path; do
    case $path in
        *\\*) continue ;;
    esac
    case $what in
        world_writable_files) change "$path" -type f -perm -0002 -exec chmod o-w ;;
        world_writable_directories) change "$path" -type d -perm -0002 ! -perm -1000 -exec chmod +t ;;
        directories_of_others) change "$path" -type d -perm -0002 ! -uid 0 -exec chown -h root ;;
        special_bits)
            change "$path" -type f -perm /6000 -exec chmod u-s,g-s
            keep_at_updates "$path"
            ;;
    esac
done
