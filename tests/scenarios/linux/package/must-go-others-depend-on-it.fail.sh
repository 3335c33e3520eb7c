#!/bin/sh
# params: {"name": "mount", "state": "absent"}
# apply: none, another package would go with it: dpkg says which
dpkg --simulate --remove mount && exit 1
true
