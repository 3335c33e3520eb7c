# Files, folders and links: what stands, what is kept of it, and how it goes back. All is done by the program in Perl that
# `paths` runs, in paths/: the same for an apply, a take-back, the timer's restore and an undo.

survey() { # of the things listed in the file $1; into the file $2, if named, which inodes they are
    grep -E "^(file|attributes)$tab" "$1" | paths survey "${2:-}"
    grep -vE "^(file|attributes)$tab" "$1" | while IFS=$tab read -r sort name; do
        "see_$sort" "$name"
    done
}

expand() { # what a list of things stands for as well: the ends of links, folders that are not there yet, all accounts
    while IFS=$tab read -r sort name; do
        case $sort:$name in
            'account:*') printf 'accounts\tall\n' ;;
            *) printf '%s\t%s\n' "$sort" "$name" ;;
        esac
    done | paths expand
}

keep_files() { mkdir files && paths keep "$home" "$id"; }

give_times_back() { paths times; } # to files that were written anew with the bytes that they had

no_second_names() { # of files in what is kept of them: logrotate, for one, passes over a log that has two names
    find files -type f -links +1 | while read -r kept; do
        case $(sed -n "${kept#files/}s/$tab.*//p" before) in
            file) cp --archive -- "$kept" "$kept~" 2>/dev/null && mv -fT -- "$kept~" "$kept" && continue ;;
        esac
        rm -f -- "$kept" "$kept~"
    done
}

remove_half_written() { grep "^file$tab" things | paths halves || :; }

put_files_back() { # lines of differences on standard input
    cat >"$run/$id.going"
    grep -E "^(file|attributes|link)$tab" "$run/$id.going" | paths back 2>>words |
        while IFS=$tab read -r sort name; do not_back "$sort" "$name"; done
    rm -f "$run/$id.going"
}

keep_after() { # the files as the apply left them, for who changes them later to be shown
    mkdir -p left
    differences before after | grep "^file$tab" | paths after || :
}

text() { # ID WHICH NAME   the bytes of a file: as it was ("files"), as it was left ("left"), or as it is ("now")
    cd "$home/$1" 2>/dev/null || fail unknown "$1"
    number_of file "$3"
    if [ "$2" = now ]; then paths show "$3"; else paths show "$3" "$2/$number"; fi
}
