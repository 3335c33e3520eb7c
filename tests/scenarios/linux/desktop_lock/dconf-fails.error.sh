#!/bin/sh
# params: {"delay_seconds": 600}
printf "#!/bin/sh\necho not today >&2; exit 1\n" > /usr/bin/dconf; chmod 0755 /usr/bin/dconf
