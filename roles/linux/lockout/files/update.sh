# Has pam-auth-update build the common stacks with our two profiles, in the place of any other that brings the lockout.
# Prints what it changed.
set -eu
export DEBIAN_FRONTEND=noninteractive
others=$(cd /usr/share/pam-configs && grep -ls pam_faillock ./* | sed 's,^\./,,' | grep -v '^tuile-') || :
before=$(cat /etc/pam.d/common-* | sha256sum)
# shellcheck disable=SC2086 # a list of words
pam-auth-update ${others:+--disable $others} --enable tuile-lockout-before tuile-lockout-behind
if ! grep -q pam_faillock /etc/pam.d/common-auth; then
    echo "pam-auth-update leaves common-auth as it is: it was changed by hand. Bring it back with pam-auth-update --force." >&2
    exit 1
fi
[ "$(cat /etc/pam.d/common-* | sha256sum)" = "$before" ] || echo "common stacks rebuilt with the lockout"
