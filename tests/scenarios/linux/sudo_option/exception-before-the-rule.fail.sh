#!/bin/sh
# params: {"option": "noexec", "value": "no", "user": "ops"}
printf 'Defaults:ops !noexec\n' > /etc/sudoers.d/10-site
printf 'Defaults noexec\nDefaults:deploy !noexec\n' > /etc/sudoers.d/20-site
