# Before an apply: what stands is kept, so that putting it back needs neither the controller nor room on a disk, and
# the watcher is started that does so unless the apply is confirmed.

prepare() { # ID SECONDS IRREVERSIBLE THING...   each thing "<sort>=<name>"; IRREVERSIBLE: "yes" or "no"
    id=$1 seconds=$2 irreversible=$3
    shift 3
    [ "$(id -u)" = 0 ] || fail needs-root
    mkdir -p "$home" "$run" && chmod 0700 "$home" "$run"
    settle_former
    mkdir -- "$home/$id" && enter "$id"
    trap 'abandon $?' EXIT
    : >state.preparing
    ln -sT "$id" "$home/active" 2>/dev/null || fail busy "$(readlink "$home/active" || echo "?")"
    printf '%s' "$program" >guard && printf '%s' "$program" | cmp -s - guard || fail no-room "$home"
    dd if=/dev/zero of=reserve bs=65536 count=16 2>/dev/null || fail no-room "$home"
    printf '%s\n' "$@" | sed "s/=/$tab/" | with_traces | expand >things
    survey things known >before
    keep_files
    keep_rest
    printf %s "${SUDO_USER:-root}" >login
    stay_over_reboots
    sync -f . && sync -f "$units" 2>/dev/null || :
    deadline_in $((seconds + 60)) # nothing is changed before the answer: a slow start of the watcher costs no time
    mv -T state.preparing state.armed
    start watch "$id" || { mv -T state.armed state.preparing && fail no-watcher; }
    deadline_in "$seconds"
    trap - EXIT
    printf 'armed %s\n' "$(digest <before)"
}

abandon() { # an EXIT trap: nothing was changed yet but what belongs to the guard itself
    [ -e state.preparing ] || exit "$1"
    let_go
    cd / && rm -rf -- "${home:?}/$id"
    exit "$1"
}

settle_former() { # an apply that nobody confirmed and nobody watches any more is undone before another begins
    former=$(readlink "$home/active") || return 0
    state=$(cd "$home/$former" 2>/dev/null && exec 9<. && { flock -n 9 || { echo busy && exit; }; } && state_of "$former") || :
    case $state in
        busy) return ;;
        armed) [ "$(remaining "$former")" -lt -5 ] || return 0 ;;
        restoring | undoing) ;;
        preparing) (cd "$home/$former" && id=$former && abandon 0) && return ;;
        *) rm -f "$home/active" && return ;;
    esac
    in_background restore "$former" && await "$former"
    fail put-back "$former"
}

enter() { # the folder of one apply, alone: the kernel lets go of the lock when this process ends, however it ends
    id=$1
    cd "$home/$id" 2>/dev/null || fail unknown "$id"
    exec 9<.
    flock -n 9 || fail busy "$id"
}

keep_rest() { # what is not a file of its own: lines of accounts, packages that may go, the firewall in the kernel
    keep_accounts
    mkdir firewall
    grep -n "^table$tab" before | while IFS=":$tab" read -r line _ table _; do
        nft --stateless list table "${table% *}" "${table#* }" >"firewall/$line" || fail no-room "$home"
    done
    if grep -q "^audit$tab" things; then
        { echo -D && auditctl -l | grep ^-; } >audit || :
    fi
    mkdir packages
    sed -n "s/^removes$tab//p" things | while read -r package; do
        version=$(dpkg-query --show --showformat '${Version} ${db:Status-Status}' "$package" 2>/dev/null) || continue
        case $version in *' installed') ;; *) continue ;; esac
        (cd packages && apt-get --quiet=2 download "$package=${version% *}" >/dev/null 2>&1) || echo "$package" >>gone
    done
    [ ! -s gone ] || [ "$irreversible" = yes ] || fail no-way-back "$(tr '\n' ' ' <gone)"
}

see_removes() { :; }

stay_over_reboots() { # a host that is switched off in the middle puts the files back before anything reads them
    [ -d "$units" ] || return 0
    mounts=$(sed -n "s/^mount$tab//p" things | while read -r mount; do systemd-escape --path --suffix=mount -- "$mount"; done)
    mkdir -p "$units/sysinit.target.wants" "$units/multi-user.target.wants"
    unit_file early "restore-files $id" <<UNIT
DefaultDependencies=no
RequiresMountsFor=$home/$id
After=systemd-remount-fs.service
Before=local-fs.target systemd-sysctl.service systemd-modules-load.service $(echo "$mounts" | tr '\n' ' ')
UNIT
    unit_file late "restore $id" <<UNIT
After=tuile-guard-early.service basic.target
UNIT
    ln -sfT ../tuile-guard-early.service "$units/sysinit.target.wants/tuile-guard-early.service"
    ln -sfT ../tuile-guard-late.service "$units/multi-user.target.wants/tuile-guard-late.service"
}

unit_file() { # NAME COMMAND, and on standard input what else its [Unit] says
    {
        printf '[Unit]\nDescription=Tuile: put back what an unconfirmed apply changed (%s)\n' "$1"
        cat
        printf '[Service]\nType=oneshot\nTimeoutStartSec=300\nExecStart=/bin/sh %s %s\n' "$home/$id/guard" "$2"
    } >"$units/tuile-guard-$1.service" && chmod 0644 "$units/tuile-guard-$1.service" || fail no-room "$units"
}

let_go() { # of what an apply holds besides its folder
    [ ! -e spares ] || while read -r folder; do rm -rf -- "${folder:?}"; done <spares
    [ "$(readlink "$home/active")" = "$id" ] || return 0
    forget_reboots
    rm -f "$home/active"
}

forget_reboots() {
    rm -f "$units/sysinit.target.wants/tuile-guard-early.service" "$units/multi-user.target.wants/tuile-guard-late.service" \
        "$units/tuile-guard-early.service" "$units/tuile-guard-late.service"
}

start() { # run the guard by itself, whatever becomes of this login
    in_background "$@"
    tries=50
    until [ -e "$run/$id.watched" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

in_background() { # COMMAND ID
    if [ -d /run/systemd/system ] && systemd-run --quiet --collect --unit="tuile-guard-$1-$2" --property=Restart=on-failure \
        --property=RestartSec=1 --property=OOMScoreAdjust=-900 /bin/sh "$home/$2/guard" "$1" "$2" 9<&- 2>/dev/null; then
        return
    fi
    renice -n 0 -p $$ >/dev/null 2>&1 || :
    setsid nohup /bin/sh "$home/$2/guard" "$1" "$2" </dev/null >/dev/null 2>&1 9<&- &
}
