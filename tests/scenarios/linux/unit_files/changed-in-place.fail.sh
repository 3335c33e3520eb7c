#!/bin/sh
# params: {"what": "changed"}
echo '# x' >> /usr/lib/systemd/system/systemd-tmpfiles-clean.service
