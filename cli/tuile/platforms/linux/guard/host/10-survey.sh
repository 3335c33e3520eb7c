# What stands on this host of the things that an apply touches: one line a thing, "<sort> <name> <what it is>", tabs
# between. Two surveys that agree line by line mean that nothing differs; so times of files are not in them.

home=/var/lib/tuile
run=/run/tuile
units=/etc/systemd/system
tab=$(printf '\t')
CR='
'

say() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }

fail() { # words that the controller knows, and what they are about
    printf '%s\n' "$*" >&2
    exit 65
}

see_links() { # how units start: the links below the folder $1 that systemctl makes
    [ -d "$1" ] || return 0
    find "$1" -xdev -type l ! -name 'tuile-guard-*' -printf 'link\t%p\t%l\n' | sort
}

see_unit() {
    case $(systemctl is-active -- "$1" 2>/dev/null || :) in
        active | activating | reloading) say unit "$1" active ;;
        *) say unit "$1" inactive ;;
    esac
}

see_reload() { see_unit "$1" | sed s/^unit/reload/; }

see_sysctl() {
    if value=$(cat -- "/proc/sys/$(key_path "$1")" 2>/dev/null); then
        say sysctl "$1" "$(printf %s "$value" | tr -s "$tab$CR" '  ')"
    else
        say sysctl "$1" absent
    fi
}

key_path() { # net.ipv4.conf.eth0/1.rp_filter: dots and slashes change places, as sysctl reads a key
    case $1 in */*.*) echo "$1" ;; *) printf %s "$1" | tr ./ /. ;; esac
}

see_module() {
    if [ -e /proc/modules ] && grep -q "^$1 " /proc/modules; then say module "$1" loaded; else say module "$1" absent; fi
}

see_mount() {
    options=$(findmnt --noheadings --output VFS-OPTIONS,FS-OPTIONS --mountpoint "$1" 2>/dev/null | tail -n 1 | tr -s ' ' ,)
    say mount "$1" "${options:-absent}"
}

see_firewall() { # table by table, without what sets pick up by themselves
    nft list tables 2>/dev/null | while read -r _ family table; do
        say table "$family $table" "$(nft --stateless list table "$family" "$table" | without_passing | digest)"
    done
}

without_passing() { # of a table, the elements of sets that fill and empty by themselves
    awk '
        /^\t(set|map|meter) / { block = ""; within = 1; passing = 0 }
        !within { print; next }
        /^\t\t(flags .*(dynamic|timeout)|timeout )/ { passing = 1 }
        { block = block $0 "\n" }
        /^\t}/ {
            if (passing) sub(/\t\telements = \{[^}]*\}\n/, "", block)
            printf "%s", block
            within = 0
        }
    '
}

see_audit() { say audit "$1" "$(auditctl -l 2>/dev/null | digest)"; }

digest() { sha256sum | cut -c 1-64; }

differences() { # between two surveys: "<sort> <name> <what the first says, or absent>"
    awk -F '\t' '
        FILENAME == ARGV[1] { was[$1 "\t" $2] = $3; order[++n] = $1 "\t" $2; next }
        { now[$1 "\t" $2] = $3; if (!($1 "\t" $2 in was)) print $1 "\t" $2 "\tabsent" }
        END { for (i = 1; i <= n; i++) if (!(order[i] in now) ? was[order[i]] != "absent" : now[order[i]] != was[order[i]]) print order[i] "\t" was[order[i]] }
    ' "$1" "$2"
}

same() { # whether two surveys agree
    [ -z "$(differences "$1" "$2")" ]
}
