# Files, folders and links: what stands, what is kept of it, and how it goes back.

see_file() {
    if [ -f "$1" ] && [ ! -L "$1" ]; then
        say file "$1" "regular $(attributes "$1") $(digest <"$1")"
    else
        see_other file "$1"
    fi
}

see_attributes() { # of something whose content is not the apply's to change
    if [ -f "$1" ] && [ ! -L "$1" ]; then
        say attributes "$1" "regular $(attributes "$1")"
    else
        see_other attributes "$1"
    fi
}

see_other() {
    if [ -L "$2" ]; then
        say "$1" "$2" "link $(readlink -- "$2")"
    elif [ -d "$2" ]; then
        say "$1" "$2" "directory $(attributes "$2")"
    elif [ -e "$2" ]; then
        say "$1" "$2" "special $(attributes "$2")"
    else
        say "$1" "$2" absent
    fi
}

attributes() {
    said=$(stat -L -c '%a %u:%g' -- "$1")
    case $(ls -Lld -- "$1") in # a "+" says that there is an access control list
        ??????????+*) said="$said $(getfacl --absolute-names --omit-header -- "$1" 2>/dev/null | digest)" ;;
    esac
    echo "$said"
}

expand() { # what a list of things stands for as well: the ends of links, folders that are not there yet, all accounts
    while IFS=$tab read -r sort name; do
        case $sort in
            file | attributes)
                [ ! -L "$name" ] || printf '%s\t%s\n' "$sort" "$(readlink -f -- "$name")"
                printf '%s\t%s\n' "$sort" "$name"
                parent=$(dirname -- "$name")
                while [ ! -e "$parent" ]; do
                    printf 'attributes\t%s\n' "$parent"
                    parent=$(dirname -- "$parent")
                done
                ;;
            account)
                if [ "$name" = '*' ]; then sed 's/:.*//; s/^/account\t/' /etc/passwd; else printf 'account\t%s\n' "$name"; fi
                ;;
            *) printf '%s\t%s\n' "$sort" "$name" ;;
        esac
    done | awk '!seen[$0]++'
}

keep_files() { # one copy each in files/, and one on the file's own file system where that is another: going back needs no room
    mkdir files
    here=$(stat -c %m .)
    number=0
    while IFS=$tab read -r sort name was; do
        number=$((number + 1))
        case $sort:$was in
            file:regular*)
                cp --archive -- "$name" "files/$number" || fail no-room "$home"
                [ "$(digest <"files/$number")" = "${was##* }" ] || fail changes "$name"
                there=$(stat -c %m -- "$(dirname -- "$name")")
                [ "$there" = "$here" ] || keep_spare "$name" "${there%/}/.tuile-$id"
                ;;
            attributes:regular*) ln -- "$name" "files/$number" 2>/dev/null || cp --archive -- "$name" "files/$number" || fail no-room "$home" ;;
        esac
    done <before
}

keep_spare() {
    [ -d "$2" ] || mkdir -m 0700 -- "$2" || fail no-room "$2"
    grep -qxF -- "$2" spares 2>/dev/null || printf '%s\n' "$2" >>spares
    cp --archive -- "$1" "$2/$number" && sync -f "$2" || fail no-room "$2"
}

give_times_back() { # of files that were written anew with the bytes that they had
    line=0
    while IFS=$tab read -r sort name was; do
        line=$((line + 1))
        case $sort:$was in
            file:regular*)
                [ ! -f "files/$line" ] || ! cmp -s "files/$line" "$name" || touch -r "files/$line" -- "$name" 2>/dev/null || :
                ;;
        esac
    done <before
}

no_second_names() { # of files in what is kept of them: logrotate, for one, passes over a log that has two names
    find files -type f -links +1 | while read -r kept; do
        case $(sed -n "${kept#files/}s/$tab.*//p" before) in
            file) cp --archive -- "$kept" "$kept~" 2>/dev/null && mv -fT -- "$kept~" "$kept" && continue ;;
        esac
        rm -f -- "$kept" "$kept~"
    done
}

remove_half_written() { # what an engine, pam-auth-update or update-grub was writing beside a file as it was cut short
    sed -n "s/^file$tab//p" things | while IFS= read -r name; do
        for each in "$name" "$(readlink -f -- "$name")"; do
            rm -f -- "${each%/*}/.$(printf '%s' "${each##*/}" | cut -b 1-200)."??????????.tuile~
        done
        case $name in /etc/pam.d/*) rm -f -- "$name.pam-new" ;; /boot/grub/grub.cfg) rm -f -- "$name.new" ;; esac
    done
}

put_files_back() { # lines of differences on standard input
    while IFS=$tab read -r sort name was; do
        case $sort in
            file | attributes) put_file_back "$sort" "$name" "$was" ;;
            link) put_link_back "$name" "$was" ;;
            account) put_account_back "$name" ;;
            *) continue ;;
        esac || not_back "$sort" "$name"
    done
}

put_file_back() { # SORT NAME WHAT-IT-WAS
    case $3 in
        absent) # a folder in which others have put something stays
            if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2" 2>/dev/null || :; else rm -f -- "$2"; fi
            ;;
        link*) put_link_back "$2" "${3#link }" ;;
        directory*)
            [ -d "$2" ] || mkdir -m 0700 -- "$2"
            give_attributes "$2" "$3"
            ;;
        special*) give_attributes "$2" "$3" ;;
        regular*) put_regular_back "$1" "$2" "$3" ;;
    esac
}

give_attributes() { # NAME WHAT-IT-WAS
    set -- "$1" "${2#* }"
    set -- "$1" "${2%% *}" "${2#* }"
    chown -- "${3%% *}" "$1" && chmod -- "$2" "$1"
}

put_regular_back() { # SORT NAME WHAT-IT-WAS   what is kept stays, as who still runs may write once more; a link needs no room
    if [ "$1" = attributes ] || { [ -f "$2" ] && [ ! -L "$2" ] && [ "$(digest <"$2")" = "${3##* }" ]; }; then
        [ -e "$2" ] || { number_of "$1" "$2" && { ln -- "files/$number" "$2" || cp --archive -- "files/$number" "$2"; }; }
        give_attributes "$2" "$3"
        return
    fi
    number_of "$1" "$2"
    folder=$(dirname -- "$2")
    mkdir -p -- "$folder"
    [ ! -d "$2" ] || [ -L "$2" ] || rmdir -- "$2"
    there=$(stat -c %m -- "$folder")
    kept=${there%/}/.tuile-$id/$number
    [ -e "$kept" ] || kept=files/$number
    [ "$(digest <"$kept")" = "${3##* }" ] || return 1
    new=$folder/.tuile-$number~
    { cp --archive -- "$kept" "$new" 2>/dev/null || { rm -f -- "$new" && ln -- "$kept" "$new"; }; } && mv -fT -- "$new" "$2"
}

put_link_back() {
    if [ "$2" = absent ]; then
        rm -f -- "$1"
    else
        mkdir -p -- "$(dirname -- "$1")" && ln -sfn -- "$2" "$1.tuile~" && mv -fT -- "$1.tuile~" "$1"
    fi
}

keep_after() { # the files as the apply left them, for who changes them later to be shown
    mkdir -p left
    differences before after | while IFS=$tab read -r sort name _; do
        [ "$sort" = file ] && [ -f "$name" ] || continue
        number_of file "$name" && cp --archive -- "$name" "left/$number"
    done
}

text() { # ID WHICH NAME   the bytes of a file: as it was ("files"), as it was left ("left"), or as it is ("now")
    cd "$home/$1" 2>/dev/null || fail unknown "$1"
    number_of file "$3"
    if [ "$2" = now ]; then set -- "$1" "$2" "$3" "$3"; else set -- "$1" "$2" "$3" "$2/$number"; fi
    [ ! -f "$4" ] || cat -- "$4"
}
