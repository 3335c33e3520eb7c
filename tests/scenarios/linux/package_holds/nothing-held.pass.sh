#!/bin/sh
# params: {}
printf 'Package: *\nPin: release n=sid\nPin-Priority: -10\n' > /etc/apt/preferences.d/sid
