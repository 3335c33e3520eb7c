#!/bin/sh
# params: {"path": "/srv/l'état \"civil\" $HOME", "type": "directory", "mode": "0750"}
mkdir -m 0777 '/srv/l'\''état "civil" $HOME'
