#!/bin/sh
# params: {"name": "rsync", "state": "present"}
apt-get -qq -y install rsync
