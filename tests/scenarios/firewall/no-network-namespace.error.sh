#!/bin/sh
# params: {"services": ["tcp/22"]}
printf '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n' > /usr/local/bin/unshare
chmod 0755 /usr/local/bin/unshare
