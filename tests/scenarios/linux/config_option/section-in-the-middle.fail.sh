#!/bin/sh
# params: {"file": "/etc/tuile-test.ini", "key": "level", "value": "2", "format": "ini", "section": "audit"}
printf '[audit]\nlevel = 1\n\n[other]\nlevel = 2' > /etc/tuile-test.ini
