#!/bin/sh
# params: {"aspect": "no_editors_or_shells"}
printf "Cmnd_Alias HELP = /usr/bin/less /var/log/syslog, /bin/bash\nnosudo ALL=(daemon) HELP\n" > /etc/sudoers.d/10-site
