#!/bin/sh
# params: {"option": "umask", "value": "0077"}
sed -i /includedir/d /etc/sudoers
echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >> /etc/sudoers
