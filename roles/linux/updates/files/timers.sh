# sh -s -- TIMER...  Has each timer start at boot and run now. Prints what it changed.
set -eu
for timer; do
    case $(systemctl is-enabled -- "$timer" 2>/dev/null || :) in
        enabled) ;;
        *)
            systemctl --quiet unmask -- "$timer"
            systemctl --quiet --runtime unmask -- "$timer"
            systemctl --quiet enable -- "$timer"
            echo "enabled $timer"
            ;;
    esac
    if ! systemctl --quiet is-active -- "$timer"; then
        systemctl start -- "$timer"
        echo "started $timer"
    fi
done
