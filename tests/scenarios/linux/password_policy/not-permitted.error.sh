#!/bin/sh
# params: {"setting": "max_days", "value": "365", "compare": "at_most", "floor": 1}
rm /etc/login.defs; mkdir /etc/login.defs
