# UNTOUCHED... -- FILE...
# Loads profiles at boot, and takes the profiles of the files from complaining to enforcing, but for those UNTOUCHED.
set -eu
untouched=
while [ "$1" != -- ]; do
    untouched="$untouched
$1"
    shift
done
shift

spared() { printf '%s\n' "$untouched" | grep -qxF -- "$1"; }

case $(systemctl is-enabled apparmor.service || :) in
    enabled) ;;
    *)
        systemctl --quiet unmask apparmor.service
        systemctl --quiet enable apparmor.service
        echo "profiles loaded at boot"
        ;;
esac
for file; do
    profile=/etc/apparmor.d/$(basename -- "$file")
    names=$(apparmor_parser --names "$profile")
    if printf '%s\n' "$names" | while read -r name; do if spared "$name"; then echo spared; fi; done | grep -q .; then
        continue
    fi
    case $file in
        /etc/apparmor.d/force-complain/*) rm -f -- "$file" ;;
        *) sed -E -i 's/(flags *= *[(])complain *, */\1/; s/(flags *= *[(][^)]*), *complain/\1/; s/ *flags *= *[(] *complain *[)]//' "$file" ;;
    esac
    apparmor_parser --replace "$profile"
    echo "enforced $profile"
done
if ! systemctl --quiet is-active apparmor.service; then
    systemctl start apparmor.service
    echo "profiles loaded"
fi
