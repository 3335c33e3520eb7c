# Putting back: only what differs from the first survey is touched, so that it may be cut short anywhere and begun again.

watch() { # ID   until the apply is confirmed, or its time is over
    cd "$home/$1" 2>/dev/null || exit 0
    id=$1
    : >"$run/$id.watched"
    while [ -e state.armed ] && [ "$(remaining "$id")" -gt 0 ]; do sleep 1; done
    ! mv -T state.armed state.restoring 2>/dev/null || end_sessions
    [ ! -e state.restoring ] || restore "$id"
}

end_sessions() { # of the account that applies: an engine that comes back after a cut must not go on where it was
    [ -s login ] || return 0
    asker=$(cat "$run/$id.asker" 2>/dev/null || :)
    pgrep -u "$(cat login)" -f 'sshd.*@notty' | grep -vxF -e "$asker" | xargs -r kill -KILL || :
}

own_session() { # the sshd that this process hangs on, however deep
    pid=$$
    while [ "$pid" -gt 1 ]; do
        case $(tr '\0' ' ' <"/proc/$pid/cmdline") in sshd*@notty*) echo "$pid" && return ;; esac
        pid=$(sed -n "s/^PPid:$tab//p" "/proc/$pid/status")
    done
}

restore() { # ID   all of it; what is still going on may change something once more, so it looks again
    begin "$1" || return 0
    : >"$run/$id.left"
    put_all_back
    for _ in 1 2 3 4 5; do
        [ -e state.restoring ] || break
        sleep 2
        look_for_changes
        ! cmp -s "$run/$id.todo" "$run/$id.left" || break
        cp "$run/$id.todo" "$run/$id.left"
        put_all_back
    done
    finish
}

restore_files() { # ID   early in a boot: what later programs read; `restore` does the rest
    begin "$1" || return 0
    grep -E "^(file|attributes|links|accounts?)$tab" things >"$run/$id.early"
    survey "$run/$id.early" >"$run/$id.now"
    changed "$run/$id.now" | grep -E "^(file|attributes|link|account)$tab" >"$run/$id.todo" || :
    put_files_back <"$run/$id.todo"
    known_accounts <"$run/$id.todo" | put_accounts_back
    sync -f .
    command -v systemctl >/dev/null && systemctl daemon-reload || :
}

begin() { # take over an apply that nobody confirmed; false: there is none, or another process is at it
    mkdir -p "$run" && cd "$home/$1" 2>/dev/null && id=$1 && exec 9<. && flock -w 60 9 || return 1
    mv -T state.armed state.restoring 2>/dev/null || :
    if [ -e state.restoring ] || [ -e state.undoing ]; then rm -f reserve; else let_go && return 1; fi
}

finish() {
    give_times_back
    no_second_names
    [ ! -e trouble ] || sort -u -o trouble trouble || :
    sync -f .
    if [ -e part ]; then
        mv -T state.undoing state.confirmed
    else
        mv -T state.restoring state.restored 2>/dev/null || mv -T state.undoing state.restored
    fi
    let_go
    rm -f "$run/$id".* chosen part
}

look_for_changes() { # into todo: what differs from the first survey, of what is to be put back
    survey things >"$run/$id.now"
    changed "$run/$id.now" >"$run/$id.todo"
}

changed() { # a unit that is to read its files again matters where it ran before
    differences before "$1" | grep -v "^reload$tab.*${tab}inactive\$" | if [ -e chosen ]; then only chosen; else cat; fi
}

only() { # of standard input, the lines about things that are listed in the file $1, or that one of them stands for
    awk -F '\t' '
        function meant(sort, name, folder) {
            if (sort == "package") return (sort "s\tall" in chosen) || ("removes\t" substr(name, 1, index(name ":", ":") - 1) in chosen)
            if (sort == "account") return (sort "s\tall" in chosen) || (sort "\t*" in chosen)
            if (sort == "table") return "firewall\tnftables" in chosen
            if (sort == "link") for (folder in folders) if (index(name, folder "/") == 1) return 1
            return 0
        }
        FILENAME == ARGV[1] { chosen[$1 "\t" $2]; if ($1 == "links") folders[$2]; next }
        ($1 "\t" $2 in chosen) || meant($1, $2)
    ' "$1" -
}

put_all_back() {
    settle_packages
    remove_half_written
    look_for_changes
    put_files_back <"$run/$id.todo"
    known_accounts <"$run/$id.todo" | put_accounts_back
    # The deepest first: a folder that was not there could not go while another that was not there stood in it.
    grep "^attributes$tab.*${tab}absent\$" "$run/$id.todo" | sort -r | put_files_back
    sync -f .
    if grep -q "^package$tab" "$run/$id.todo"; then
        put_packages_back
        remove_what_came
        look_for_changes
        put_files_back <"$run/$id.todo"
    fi
    sed -n "s/^account$tab\([^$tab]*\).*/\1/p" "$run/$id.todo" | put_accounts_back # those of packages are gone by now
    ! command -v systemctl >/dev/null || systemctl daemon-reload 2>/dev/null || :
    if grep -q "^sysctl$tab.*forward" "$run/$id.todo"; then put_forwarding_back; fi
    for sort in module sysctl mount unit table audit; do
        sed -n "s/^$sort$tab//p" "$run/$id.todo" | while IFS=$tab read -r name was; do
            "put_${sort}_back" "$name" "$was" || not_back "$sort" "$name"
        done
    done
    if [ -e chosen ]; then only chosen <before; else cat before; fi | sed -n "s/^reload$tab//p" |
        while IFS=$tab read -r name was; do put_reload_back "$name" "$was"; done
}

number_of() { # the line of a thing in the first survey
    number=$(sort=$1 name=$2 awk -F '\t' '$1 == ENVIRON["sort"] && $2 == ENVIRON["name"] { print NR; exit }' before)
}

not_back() { { printf '%s\t%s\n' "$1" "$2" >>trouble; } 2>/dev/null || :; }

put_module_back() { if [ "$2" = loaded ]; then modprobe -- "$1"; else modprobe --remove -- "$1"; fi 2>/dev/null; }

put_forwarding_back() { # before other keys of the kernel: to switch it resets some of them, which then are as they were
    sed -n "s/^sysctl$tab//p" "$run/$id.todo" | grep forward >"$run/$id.switches"
    while IFS=$tab read -r name was; do put_sysctl_back "$name" "$was" || :; done <"$run/$id.switches"
    survey things >"$run/$id.switched"
    differences "$run/$id.now" "$run/$id.switched" | sed -n "s/^sysctl$tab//p" | grep -v forward |
        while IFS=$tab read -r name was; do put_sysctl_back "$name" "$was" || :; done
}

put_sysctl_back() { [ "$2" = absent ] || printf '%s\n' "$2" >"/proc/sys/$(key_path "$1")"; } 2>/dev/null

put_mount_back() { # with the opposite of each option that it did not have
    [ "$2" != absent ] && mountpoint -q -- "$1" || return 0
    options=$2
    for pair in noexec:exec nosuid:suid nodev:dev ro:rw; do
        case ,$2, in *",${pair%:*},"*) ;; *) options="$options,${pair#*:}" ;; esac
    done
    mount -o "remount,$options" -- "$1" 2>/dev/null
}

put_unit_back() {
    systemctl reset-failed -- "$1" 2>/dev/null || :
    if [ "$2" = active ]; then timeout 60 systemctl start -- "$1"; else timeout 60 systemctl stop -- "$1"; fi 2>/dev/null
}

put_reload_back() { # what runs reads its files again; what ran and does not is started
    [ "$2" = active ] || return 0
    how=try-reload-or-restart
    [ "$1" != rsyslog.service ] || how=try-restart # a reload has it open its logs again, and read nothing
    case $1 in ssh.service | sshd.service) how=$(sshd_reads_by) ;; esac
    written=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
    if systemctl --quiet is-active -- "$1" && systemctl "$how" -- "$1" 2>/dev/null; then
        case $1 in ssh.service | sshd.service) wait_for_sshd ;; esac
        return
    fi
    systemctl reset-failed -- "$1" 2>/dev/null || :
    systemctl restart -- "$1" 2>/dev/null || not_back reload "$1"
}

sshd_reads_by() { # what ssh.socket has started loses the socket as it is reloaded; a restart leaves all sessions too
    if systemctl --quiet is-active ssh.socket; then echo try-restart; else echo try-reload-or-restart; fi
}

wait_for_sshd() { # to listen again, which a reload does not wait for: it removes its file, listens, and writes it anew
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        now=$(stat -c %y /run/sshd.pid 2>/dev/null || :)
        [ -z "$now" ] || [ "$now" = "$written" ] || return 0
        sleep 0.3
    done
}

put_table_back() { # NAME WHAT-IT-WAS   at once, so that nothing comes in between the old and the new
    if [ "$2" = absent ]; then
        nft delete table "${1% *}" "${1#* }"
    else
        number_of table "$1" && { printf 'table %s\ndelete table %s\n' "$1" "$1" && cat "firewall/$number"; } | nft --file -
    fi 2>/dev/null
}

put_audit_back() { auditctl -R audit >/dev/null 2>&1; }
