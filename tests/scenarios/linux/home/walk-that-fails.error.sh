#!/bin/sh
# params: {"aspect": "files_private"}
printf "#!/bin/sh\necho find is broken >&2; exit 1\n" > /usr/bin/find
