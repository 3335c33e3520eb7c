# sh -s -- NAME   (this script on standard input)
# Takes a module out of the kernel if it is there. Fails in the words of modprobe where it is in use.
set -eu
name=$(printf %s "$1" | tr - _)
if [ -e /proc/modules ] && grep -q "^$name " /proc/modules; then
    modprobe --remove "$name" </dev/null
    echo "unloaded $name"
fi
