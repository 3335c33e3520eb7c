#!/bin/sh
# params: {"aspect": "system_locked", "spare": ["list"]}
usermod --shell /bin/sh games
echo "backup:lab-s3cret" | chpasswd
usermod --shell /bin/sh list
