#!/bin/sh
# params: {"option": "ignore_dot", "value": "yes"}
# apply: none, whom sudoers lets off is a person's decision
printf 'Defaults ignore_dot\nDefaults:ops !ignore_dot\n' > /etc/sudoers.d/10-site
