#!/bin/sh
# params: {"file": "/etc/systemd/journald.conf", "drop_ins": "/etc/systemd/journald.conf.d", "key": "Storage", "value": "persistent", "format": "ini", "section": "Journal", "comment": "#;", "reload": "systemd-journald.service"}
echo 'Storage=persistent' >> /etc/systemd/journald.conf
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\n' > /etc/systemd/journald.conf.d/50-site.conf
