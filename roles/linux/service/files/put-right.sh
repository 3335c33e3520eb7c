# UNIT ENABLED RUNNING MASKED, each "yes", "no" or "" (leave as it is). Prints what it changed.
set -eu
unit=$1 enabled=$2 running=$3 masked=$4

state() { systemctl is-enabled -- "$unit" 2>/dev/null || :; }

if [ "$masked" = no ] || [ "$enabled" = yes ] || [ "$running" = yes ]; then
    case $(state) in
        masked | masked-runtime)
            systemctl --quiet unmask -- "$unit"
            systemctl --quiet --runtime unmask -- "$unit"
            echo "unmasked $unit"
            ;;
    esac
fi
if [ "$enabled" = yes ] && [ "$(state)" != enabled ]; then
    systemctl --quiet enable -- "$unit"
    echo "enabled $unit"
fi
if [ "$enabled" = no ]; then
    case $(state) in
        enabled | enabled-runtime | alias | generated)
            systemctl --quiet disable -- "$unit"
            echo "disabled $unit"
            ;;
    esac
fi
if [ "$running" = yes ] && ! systemctl --quiet is-active -- "$unit"; then
    systemctl start -- "$unit"
    echo "started $unit"
fi
if [ "$running" = no ]; then
    case $(systemctl is-active -- "$unit" || :) in
        inactive | failed | unknown) ;;
        *)
            systemctl stop -- "$unit"
            echo "stopped $unit"
            ;;
    esac
fi
if [ "$masked" = yes ] && [ "$(state)" != masked ]; then
    # A link of its own name, which an alias makes, stands where the mask must go: ctrl-alt-del.target.
    if [ -L "/etc/systemd/system/$unit" ]; then
        systemctl --quiet disable -- "$unit"
        echo "disabled $unit"
    fi
    systemctl --quiet mask -- "$unit"
    echo "masked $unit"
fi
