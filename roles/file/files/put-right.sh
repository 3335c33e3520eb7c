# PATH TYPE EXISTS MODE OWNER [GROUP...]
# Empty: leave as it is. Prints what it changed. Never adds a permission: what the mode may not grant is taken away.
set -eu
path=$1 type=$2 exists=$3 mode=$4 owner=$5
shift 5

is_type() { if [ "$type" = directory ]; then [ -d "$path" ]; else [ -f "$path" ]; fi; }

one_of() {
    seen=$1
    shift
    for each; do [ "$seen" != "$each" ] || return 0; done
    return 1
}

if [ "$exists" = no ]; then
    if [ ! -e "$path" ] && [ ! -L "$path" ]; then exit; fi
    if [ "$type" = directory ]; then rmdir -- "$path"; else rm -- "$path"; fi
    echo "removed $path"
    exit
fi
if [ ! -e "$path" ] && [ ! -L "$path" ]; then
    if [ "$type" = directory ]; then
        mkdir -m 0700 -- "$path"
        chmod -- "${mode:-0755}" "$path"
    else
        (umask 077 && set -C && : >"$path")
        chmod -- "${mode:-0644}" "$path"
    fi
    echo "created $path"
fi
if ! is_type; then
    echo "$path is not a $type" >&2
    exit 1
fi
if [ -n "$owner" ] && [ "$(stat -L -c %U -- "$path")" != "$owner" ]; then
    chown -- "$owner" "$path"
    echo "owner of $path: $owner"
fi
if [ $# -gt 0 ] && ! one_of "$(stat -L -c %G -- "$path")" "$@"; then
    chgrp -- "$1" "$path"
    echo "group of $path: $1"
fi
if [ -n "$mode" ]; then
    beyond=$((0$(stat -L -c %a -- "$path") & 07777 & ~0$mode))
    if [ "$beyond" -ne 0 ]; then
        chmod -- "-$(printf %04o "$beyond")" "$path"
        echo "mode of $path: $(stat -L -c %a -- "$path")"
    fi
fi
