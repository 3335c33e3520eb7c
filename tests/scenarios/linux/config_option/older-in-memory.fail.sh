#!/bin/sh
# apply: none; an undo cannot have a unit forget what it has read
# params: {"file": "/etc/systemd/journald.conf", "drop_ins": "/etc/systemd/journald.conf.d", "key": "SystemMaxUse", "value": "512M", "format": "ini", "section": "Journal", "comment": "#;", "reload": "systemd-journald.service"}
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nSystemMaxUse=512M\n' > /etc/systemd/journald.conf.d/50-site.conf
touch -d 2020-01-01 /etc/systemd/journald.conf.d/50-site.conf /etc/systemd/journald.conf.d
