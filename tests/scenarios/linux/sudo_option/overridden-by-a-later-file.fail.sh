#!/bin/sh
# params: {"option": "use_pty", "value": "yes"}
printf 'Defaults use_pty\n' > /etc/sudoers.d/10-site
printf 'Defaults !use_pty\n' > /etc/sudoers.d/site
chmod 0440 /etc/sudoers.d/10-site /etc/sudoers.d/site
