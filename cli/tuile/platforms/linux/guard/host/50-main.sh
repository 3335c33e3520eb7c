# sh guard COMMAND ID ...
set -eu
umask 077
LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
command=$1
shift
case $command in
    prepare | renew | confirm | take-back | sweep | settle | undo | compare | text | status | watch | restore | restore-files) ;;
    *) fail no-such-command "$command" ;;
esac
"$(printf %s "$command" | tr - _)" "$@"
