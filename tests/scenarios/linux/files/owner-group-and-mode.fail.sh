#!/bin/sh
# params: {"paths": ["/srv/a b/*.key", "/srv/none/*"], "mode": "0640", "owners": ["root", "nobody-knows"], "groups": ["root", "adm"]}
mkdir -p '/srv/a b'
cd '/srv/a b'
touch one.key 'two $x.key' three.key other.txt
chmod 0666 one.key; chown deploy 'two $x.key'; chgrp ops three.key; chmod 0666 other.txt
