#!/bin/sh
# params: {"path": "/srv/data", "options": ["nodev", "nosuid", "noexec"]}
mount -o remount,nodev,nosuid,noexec /srv/data
