#!/bin/sh
# params: {"setting": "hashing", "value": "yescrypt"}
# apply: none, the hash changes with the password only
usermod -p "\$6\$lab\$broken" ops
