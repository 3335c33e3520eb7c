# sh -s -- UNIT...  Has each unit that runs read its files again; what does not run is not started.
set -eu
for unit; do
    systemctl --quiet is-active -- "$unit" || continue
    systemctl try-reload-or-restart -- "$unit"
    echo "reloaded $unit"
done
