# Puts whole files in place, each at once, if nobody has changed them since they were read. Calls follow on standard input:
#   standing PATH BEFORE AFTER
#       refuses where the file has neither digest (sha256; '': there is no file)
#   put PATH BEFORE AFTER MODE OWNER:GROUP BASE64 [VALIDATOR...]
#       puts the bytes there; prints the path of what it changed. %s in a word of VALIDATOR stands for the new file.
# A link is followed: the file that it points to is replaced.
set -euC
umask 077

refuse() {
    printf '%s\n' "$1" >&2
    exit 65
}

digest() {
    sum=$(sha256sum) || exit 65
    printf '%s\n' "${sum%% *}"
}

standing() {
    stands=
    if [ -e "$1" ]; then stands=$(digest <"$1"); fi
    case $stands in "$2" | "$3") ;; *) refuse "$1 changed since it was read. Check and apply again." ;; esac
}

own() {
    chown -- "$owner" "$1"
    chmod -- "$mode" "$1"
}

accept() {
    count=$#
    while [ "$count" -gt 0 ]; do
        word=$1
        shift
        case $word in *%s*) word=${word%%"%s"*}$new${word#*"%s"} ;; esac
        set -- "$@" "$word"
        count=$((count - 1))
    done
    [ $# -eq 0 ] || "$@" >&2 || refuse "$path: refused by its validator: $1"
}

put() (
    path=$1 before=$2 after=$3 mode=$4 owner=$5 content=$6
    shift 6
    if [ -L "$path" ]; then path=$(readlink -f -- "$path"); fi
    standing "$path" "$before" "$after"
    if [ "$stands" = "$after" ]; then
        own "$path"
        exit
    fi
    folder=$(dirname -- "$path")
    (umask 022 && mkdir -p -- "$folder")
    # A new file lets nobody read it whom its folder keeps out: /etc/audit/rules.d.
    if [ -z "$before" ]; then mode=$(printf %04o $((0$mode & (0$(stat -L -c %a -- "$folder") | 0600)))); fi
    # Hidden, and with a last letter that no "*.conf" matches: a half-written file is never read as configuration.
    name=$(basename -- "$path" | cut -b 1-200)
    new=$(mktemp -p "$folder" --suffix=.tuile~ -- ".$name.XXXXXXXXXX")
    trap 'rm -f -- "$new"' EXIT
    trap 'exit 70' HUP INT TERM
    printf '%s' "$content" | base64 -d >|"$new"
    [ "$(digest <"$new")" = "$after" ] || refuse "$path: its bytes arrived damaged"
    own "$new"
    accept "$@"
    mv -fT -- "$new" "$path"
    printf '%s\n' "$path"
) </dev/null
