# sh -c "$(cat unload.sh)" unload NAME
# Takes a module out of the kernel if it is there. Fails in the words of modprobe where it is in use.
set -eu
name=$(printf %s "$1" | tr - _)
if [ -e /proc/modules ] && grep -q "^$name " /proc/modules; then
    modprobe --remove "$name"
    echo "unloaded $name"
fi
