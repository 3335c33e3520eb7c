#!/bin/sh
# params: {"paths": ["/srv/tree"], "type": "directory", "below": true, "mode": "7755", "owners": ["root"]}
mkdir -p /srv/tree/one/two
touch /srv/tree/one/file
chmod 0777 /srv/tree/one/two /srv/tree/one/file
chown deploy /srv/tree/one
