#!/bin/sh
# params: {"setting": "inactive", "value": "45", "compare": "at_most", "floor": 0}
chage --maxdays 365 ops
