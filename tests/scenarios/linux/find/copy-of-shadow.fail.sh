#!/bin/sh
# params: {"what": "password_copies"}
# apply: none: a person decides
install -m 644 /etc/shadow /var/backups/shadow.old
