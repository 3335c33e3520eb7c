# What the controller asks of an apply by its id. Times are seconds since boot, which no change of the clock moves.

uptime() {
    read -r up _ </proc/uptime
    echo "${up%.*}"
}

deadline_in() {
    echo $(($(uptime) + $1)) >"$run/$id.new" && mv -fT "$run/$id.new" "$run/$id.deadline"
}

remaining() { # seconds until an apply is undone; none left where nobody says: another boot, or told to
    read -r until 2>/dev/null <"$run/$1.deadline" || until=0
    echo $((until - $(uptime)))
}

renew() { # ID SECONDS   the controller is still there
    id=$1 && cd "$home/$id" 2>/dev/null && [ -e state.armed ] || fail not-armed "$(state_of "$1")"
    deadline_in "$2"
    echo renewed
}

confirm() { # ID   the new state stands; one rename decides between this and the watcher
    id=$1 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    survey things >"$run/$id.after"
    mv -T state.armed state.confirmed 2>/dev/null || fail not-armed "$(state_of "$1")"
    rm -f reserve
    let_go
    cp "$run/$id.after" after
    keep_after
    no_second_names
    rm -f "$run/$id".*
    prune
    printf 'confirmed %s\n' "$(digest <after)"
}

settle() { # ID THING...   what the apply had go on by itself has ended: as these things are now, the apply left them
    id=$1 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    shift
    while [ -e state.armed ]; do sleep 1; done
    exec 9<. && flock 9
    [ -e state.confirmed ] || return 0
    printf '%s\n' "$@" | sed "s/=/$tab/" >settling
    survey settling >settled
    awk -F '\t' 'FILENAME == ARGV[1] { now[$1 "\t" $2] = $0; next } ($1 "\t" $2 in now) { $0 = now[$1 "\t" $2] } 1' settled after >settling
    mv -fT settling after
    rm settled
}

take_back() { # ID [THING...]   while armed: now and not at the deadline; only these things, and the rest stays armed
    id=$1 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    shift
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@" | sed "s/=/$tab/" >chosen
        [ -e state.armed ] && (exec 9<. && flock 9 && put_all_back) || fail not-armed "$(state_of "$id")"
        rm -f chosen
        echo taken-back
    else
        own_session >"$run/$id.asker" # is spared where sessions are ended: it is told how this ends
        rm -f "$run/$id.deadline"
        await "$id"
        state_of "$id"
    fi
}

sweep() { # ID   what an engine may have done after the host had put itself back
    id=$1 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    [ -e state.restored ] || fail not-confirmed "$(state_of "$id")"
    (exec 9<. && flock 9 && mkdir -p "$run" && put_all_back && give_times_back)
    rm -f "$run/$id".*
    echo swept
}

await() { # until nothing is being put back any more
    tries=560 # four minutes and a half: an apt that is under way is waited for
    while [ -e "$home/$1/state.armed" ] || [ -e "$home/$1/state.restoring" ] || [ -e "$home/$1/state.undoing" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail slow "$1"
        sleep 0.5
    done
}

undo() { # ID HOW THING...   what was confirmed; no thing: all of it. HOW: around what others changed since, or over it
    id=$1 how=$2 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    shift 2
    [ -e state.confirmed ] || fail not-confirmed "$(state_of "$id")"
    (
        enter "$id" && mkdir -p "$run"
        survey things >"$run/$id.now"
        differences before after >"$run/$id.ours"
        differences after "$run/$id.now" | only "$run/$id.ours" | unlike_before >"$run/$id.theirs"
        rm -f part chosen trouble
        if [ $# -gt 0 ]; then printf '%s\n' "$@" | sed "s/=/$tab/" >part && only part <"$run/$id.ours"; else cat "$run/$id.ours"; fi >"$run/$id.some"
        if [ "$how" = around ]; then without "$run/$id.theirs" <"$run/$id.some"; else cat "$run/$id.some"; fi >chosen || fail no-room "$home"
        [ ! -s "$run/$id.theirs" ] || [ "$how" = over ] || cp chosen part
        # Who read files as the apply left them reads them again, though it ran before and after.
        if [ $# -gt 0 ]; then only part <before; else cat before; fi | grep "^reload$tab" >>chosen || :
        ln -sT "$id" "$home/active" 2>/dev/null || fail busy "$(readlink "$home/active")"
        stay_over_reboots
        mv -T state.confirmed state.undoing
        exec 9<&-
        in_background restore "$id"
    ) && await "$id" && state_of "$id"
}

without() { # of standard input, the lines about things that are not listed in the file $1
    awk -F '\t' 'FILENAME == ARGV[1] { listed[$1 "\t" $2]; next } !($1 "\t" $2 in listed)' "$1" -
}

unlike_before() { # of differences, those about things that do not stand as before the apply either
    differences before "$run/$id.now" >"$run/$id.open"
    only "$run/$id.open"
}

compare() { # ID   what the apply changed, as it was, as it was left and as it is: "<sort> <name> <was> <left> <is>"
    id=$1 && cd "$home/$id" 2>/dev/null || fail unknown "$1"
    mkdir -p "$run"
    survey things >"$run/$id.look"
    [ -e after ] || cp "$run/$id.look" "$run/$id.left"
    state_of "$id"
    awk -F '\t' '
        { file = FILENAME == ARGV[1] ? 1 : FILENAME == ARGV[2] ? 2 : 3 }
        { key = $1 "\t" $2; says[file, key] = $3; if (!(key in known)) { known[key]; order[++n] = key } }
        END {
            for (i = 1; i <= n; i++) {
                key = order[i]
                for (f = 1; f <= 3; f++) if (!((f, key) in says)) says[f, key] = "absent"
                if (says[1, key] != says[2, key]) print key "\t" says[1, key] "\t" says[2, key] "\t" says[3, key]
            }
        }
    ' before "$([ -e after ] && echo after || echo "$run/$id.left")" "$run/$id.look"
    rm -f "$run/$id.look" "$run/$id.left"
}

status() { # ID
    printf '%s %s\n' "$(state_of "$1")" "$(remaining "$1")"
    cat "$home/$1/trouble" 2>/dev/null || :
}

state_of() {
    for state in armed confirmed restoring undoing restored preparing; do
        [ ! -e "$home/$1/state.$state" ] || { echo "$state" && return; }
    done
    echo unknown
}

prune() { # twenty applies, and ninety days; by when each was last at work, as their names are of a controller's clock
    find "$home" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | sed '1,20d; s/[^ ]* //' |
        while read -r old; do drop "$old"; done
    find "$home" -mindepth 1 -maxdepth 1 -type d -mtime +90 -printf '%f\n' | while read -r old; do drop "$old"; done
}

drop() {
    [ "$1" != "$id" ] || return 0 # a clock that was set back makes it look older than it is
    case $(state_of "$1") in confirmed | restored) rm -rf -- "${home:?}/$1" ;; esac
}
