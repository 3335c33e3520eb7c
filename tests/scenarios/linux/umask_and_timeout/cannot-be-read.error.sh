#!/bin/sh
# params: {"aspect": "umask", "value": "077"}
printf "#!/bin/sh\necho grep is broken >&2; exit 2\n" > /usr/bin/grep
