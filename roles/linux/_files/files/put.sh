# Puts whole files in place, each at once, if nobody has changed them since they were read. Calls follow on standard input:
#   standing PATH BEFORE AFTER
#       refuses where the file has neither digest (sha256; '': there is no file)
#   put PATH BEFORE AFTER MODE OWNER:GROUP BASE64 [VALIDATOR...]
#       puts the bytes there; prints the path of what it changed. %s in a word of VALIDATOR stands for the new file.
# A link is followed where root alone may write: the file that it points to is replaced.
set -eu
umask 077

standing() { paths standing "$@" </dev/null; }

put() {
    path=$1 before=$2 after=$3 mode=$4 owner=$5 content=$6
    shift 6
    printf '%s' "$content" | base64 -d | paths put "$path" "$before" "$after" "$mode" "$owner" "$@"
}
