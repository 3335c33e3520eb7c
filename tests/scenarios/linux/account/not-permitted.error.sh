#!/bin/sh
# params: {"aspect": "shadowed"}
printf "#!/bin/sh\necho sed is broken >&2; exit 1\n" > /usr/bin/sed
