#!/bin/sh
# params: {"aspect": "arguments_given", "spare": ["root", "%sudo", "deploy", "fishy", "cshy", "ops", "tuile"]}
printf "nosudo ALL=(daemon) /usr/bin/id -u, /usr/bin/whoami \"\"\n" > /etc/sudoers.d/10-site
