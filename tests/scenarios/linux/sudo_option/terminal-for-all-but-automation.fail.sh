#!/bin/sh
# params: {"option": "requiretty", "value": "yes", "spare": ["deploy"]}
printf 'Defaults requiretty\nDefaults:deploy !requiretty\nDefaults:nosudo !requiretty\n' > /etc/sudoers.d/10-site
printf 'Defaults !requiretty\nDefaults:deploy !requiretty\n' > /etc/sudoers.d/20-site
