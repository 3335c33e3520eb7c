#!/bin/sh
# params: {"setting": "max_days", "value": "365", "compare": "at_most", "floor": 1}
# apply: none, whoever knows the password must change it first
chage --lastday 2020-01-01 ops
