#!/bin/sh
# params: {}
rm /var/lib/dpkg/statoverride
