#!/bin/sh
# params: {"path": "/srv/journal du bloc", "type": "directory", "mode": "0750", "owner": "root", "group": ["adm"]}
rm -rf '/srv/journal du bloc'
