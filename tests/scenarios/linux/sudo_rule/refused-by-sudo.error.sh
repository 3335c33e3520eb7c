#!/bin/sh
# params: {"aspect": "no_negation"}
printf "#!/bin/sh\necho \"syntax error\" >&2; exit 1\n" > /usr/bin/cvtsudoers
