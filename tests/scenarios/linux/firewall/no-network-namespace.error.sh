#!/bin/sh
# params: {"services": ["tcp/22"]}
printf '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n' > /usr/bin/unshare
chmod 0755 /usr/bin/unshare
