#!/bin/sh
# params: {}
echo 'Dir::Etc::sourcelist "/srv/sources.list";' > /etc/apt/apt.conf.d/99local
