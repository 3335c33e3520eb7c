# PATH TYPE EXISTS MODE OWNER [GROUP...]
# Empty: leave as it is. Prints what it changed. Never adds a permission: what the mode may not grant is taken away.
set -eu
paths file "$@"
