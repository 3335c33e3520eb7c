# Packages: an apt that was cut short is let finish, then what is new goes, and what was removed comes back.

see_packages() { # all of them: what comes along with one is not known beforehand
    dpkg-query --show --showformat 'package\t${Package}:${Architecture}\t${Version} ${db:Status-Status}\n' | sort
}

with_traces() { # of what is touched: with packages, what their scripts and apt write besides
    awk -F '\t' -v OFS='\t' '
        { print }
        $1 == "packages" {
            split("auth account password session session-noninteractive", stack, " ")
            for (i in stack) print "file", "/etc/pam.d/common-" stack[i]
            split("seen auth account password session session-noninteractive", seen, " ")
            for (i in seen) print "file", "/var/lib/pam/" seen[i]
            print "came", "/var/lib/ucf"
            print "came", "/var/lib/systemd/timers"
        }
    '
}

see_came() { # what is in a folder where programs leave marks: new ones go, the others are theirs
    [ -d "$1" ] || return 0
    find "$1" -xdev -printf 'came\t%p\there\n' | sort
}

remove_what_came() { # the deepest first
    sed -n "s/^came$tab\([^$tab]*\)${tab}absent\$/\1/p" "$run/$id.todo" | sort -r | while IFS= read -r name; do
        if [ -d "$name" ] && [ ! -L "$name" ]; then rmdir -- "$name"; else rm -f -- "$name"; fi 2>/dev/null || :
    done
}

settle_packages() { # an apt of ours goes on after its session has ended: what it unpacks is unpacked whole
    grep -q "^packages$tab" things || return 0
    tries=400
    while holder=$(holder_of_apt) && [ -n "$holder" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { not_back package "${holder#* } holds the lock of dpkg" && return 0; }
        # One that still fetches has changed nothing; one that hangs is ended, but never what the system started itself.
        case $holder:$tries in lists*:* | *:100) ! is_ours "${holder#* }" || kill -TERM "${holder#* }" 2>/dev/null || : ;; esac
        sleep 0.5
    done
}

holder_of_apt() { # "lists" or "dpkg", and the process that holds that lock; nothing where nobody does
    perl -f -e '
        BEGIN { @INC = grep m{^/usr/(?:lib|share)/}, @INC }
        use strict;
        use Fcntl;
        my $form = "s s x![q] q q i x![q]"; # struct flock of fcntl(2), 64 bits
        for my $path (qw(/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock)) {
            sysopen my $file, $path, O_RDWR or next;
            my $asked = pack $form, F_WRLCK, 0, 0, 0, 0;
            fcntl $file, F_GETLK, $asked or next;
            my ($type, undef, undef, undef, $pid) = unpack $form, $asked;
            next if $type == F_UNLCK;
            print $path =~ /lists/ ? "lists" : "dpkg", " $pid\n";
            exit;
        }
    ' 2>/dev/null
}

is_ours() { # without a terminal, and not what the system runs by itself
    ! grep -qE 'apt-daily|unattended|packagekit' "/proc/$1/cgroup" 2>/dev/null &&
        [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 5)" = 0 ]
}

put_packages_back() { # new ones go, and what was removed comes back from what was fetched before
    export DEBIAN_FRONTEND=noninteractive
    purge "$(sed -n "s/^package$tab\([^$tab]*\)${tab}absent$/\1/p" "$run/$id.todo")"
    new=$(sed -n "s/^package$tab\([^$tab]*\)$tab.* config-files$/\1/p" "$run/$id.todo")
    # shellcheck disable=SC2086 # names of packages hold no blanks
    [ -z "$new" ] || dpkg --remove $new >/dev/null 2>&1 || not_back package "$new"
    set -- packages/*.deb
    [ ! -e "$1" ] || ! wants_back || dpkg --install --force-confold "$@" >/dev/null 2>&1 || not_back package "$*"
    [ -z "$(half_done)" ] || finish_packages || not_back package "$(half_done | tr '\n' ' ')"
}

purge() { # NAMES   what was cut short while it was unpacked may have to be finished before it can go
    # shellcheck disable=SC2086 # names of packages hold no blanks
    [ -z "$1" ] || dpkg --purge $1 >/dev/null 2>&1 || { finish_packages; dpkg --purge $1 >/dev/null 2>&1; } ||
        dpkg --purge --force-remove-reinstreq --force-depends $1 >/dev/null 2>&1 || not_back package "$1"
}

wants_back() { # whether a package that was kept is not there as it was
    grep "^package$tab" "$run/$id.todo" | grep -qvE "$tab(absent|.* config-files)\$"
}

finish_packages() { timeout 200 dpkg --configure --pending --force-confold >/dev/null 2>&1; }

half_done() { # packages that are in a state between, and were not before
    see_packages | grep -vE ' (installed|config-files|not-installed)$' | grep -vxFf before || :
}
