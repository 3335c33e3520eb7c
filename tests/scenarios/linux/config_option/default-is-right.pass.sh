#!/bin/sh
# params: {"file": "/etc/systemd/journald.conf", "drop_ins": "/etc/systemd/journald.conf.d", "key": "Compress", "value": "yes", "format": "ini", "section": "Journal", "comment": "#;", "default": "yes"}
rm -rf /etc/systemd/journald.conf.d
