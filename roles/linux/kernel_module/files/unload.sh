# NAME: takes a module out of the kernel if it is there; one that is in use stays until the next start.
set -eu
name=$(printf %s "$1" | tr - _)
if [ -e /proc/modules ] && grep -q "^$name [0-9]* 0 " /proc/modules; then
    modprobe --remove "$name"
    echo "unloaded $name"
fi
