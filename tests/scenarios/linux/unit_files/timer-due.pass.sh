#!/bin/sh
# params: {"what": "timers", "units": ["dpkg-db-backup.timer"]}
