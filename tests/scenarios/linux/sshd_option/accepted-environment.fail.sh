#!/bin/sh
# params: {"option": "AcceptEnv", "value": "LANG,LC_*", "compare": "subset_of"}
sed -i 's/^AcceptEnv.*/AcceptEnv LANG LC_* BASH_ENV/' /etc/ssh/sshd_config
systemctl reload ssh
