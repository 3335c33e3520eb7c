# STACK TYPE MODULE OWN...
# Has pam-auth-update put the module into a common stack that lacks it: by our own profiles where they were written, in the
# place of any other that brings it; else by the profile of a package. Prints what it changed.
set -eu
stack=/etc/pam.d/$1 type=$2 module=$3
shift 3
export DEBIAN_FRONTEND=noninteractive
profiles=/usr/share/pam-configs
there() { grep -Eqs "^-?$type[[:space:]].*[[:space:]/]$module([[:space:]]|\$)" "$stack"; }
bring() { (cd "$profiles" && grep -ls -- "$module" ./* | sed 's,^\./,,' | grep "$@" '^tuile-') || :; }

before=$(cat /etc/pam.d/common-* | sha256sum)
if [ -e "$profiles/$1" ]; then
    others=$(bring -v)
    # shellcheck disable=SC2086 # a list of words
    pam-auth-update ${others:+--disable $others} --enable "$@"
elif ! there; then
    others=$(bring -v)
    # shellcheck disable=SC2086 # a list of words
    pam-auth-update ${others:+--enable $others}
fi
if ! there; then
    echo "pam-auth-update leaves $stack as it is: it was changed by hand. Bring it back with pam-auth-update --force." >&2
    exit 1
fi
[ "$(cat /etc/pam.d/common-* | sha256sum)" = "$before" ] || echo "common stacks rebuilt with $module"
