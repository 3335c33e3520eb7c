# KEY VALUE: sets the running value.
set -eu
sysctl --quiet --write "$1=$2"
echo "$1 = $2"
