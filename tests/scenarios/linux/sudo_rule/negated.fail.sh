#!/bin/sh
# params: {"aspect": "no_negation"}
printf "nosudo ALL=(daemon) /usr/bin/id -u, !/bin/sh\n" > /etc/sudoers.d/10-site
