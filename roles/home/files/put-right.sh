# ASPECT MODE [SPARED...]
# Takes away what homes (private) or the start files in them (start_files_private) grant beyond MODE. What is in a home is
# changed as its owner, who can reach nothing else. Prints what it changed.
set -eu
aspect=$1 mode=$2
shift 2
starts=".bash_login .bash_logout .bash_profile .bashrc .cshrc .kshrc .login .logout .profile .tcshrc .zlogin .zlogout"
starts="$starts .zprofile .zshenv .zshrc"

spared() {
    who=$1
    shift
    for each; do [ "$who" != "$each" ] || return 0; done
    return 1
}
beyond() { printf %04o $((0$(stat -L -c %a -- "$1") & 07777 & ~$mode)); }

while IFS=: read -r name _ uid _ _ home shell; do
    case $shell in */sbin/nologin | */bin/false | /bin/sync | /sbin/halt | /sbin/shutdown) continue ;; esac
    if [ "$uid" -lt 1000 ] || [ "$uid" -eq 65534 ] || [ ! -d "$home" ] || [ "$home" = / ]; then continue; fi
    if spared "$name" "$@"; then continue; fi
    if [ "$aspect" = private ] && [ "$(beyond "$home")" != 0000 ]; then
        chmod -- "-$(beyond "$home")" "$home"
        echo "mode of $home"
    fi
    [ "$aspect" = start_files_private ] || continue
    for start in $starts; do
        if [ -f "$home/$start" ] && [ "$(beyond "$home/$start")" != 0000 ]; then
            runuser -u "$name" -- chmod -- "-$(beyond "$home/$start")" "$home/$start" </dev/null
            echo "mode of $home/$start"
        fi
    done
done </etc/passwd
