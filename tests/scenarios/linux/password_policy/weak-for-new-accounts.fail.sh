#!/bin/sh
# params: {"setting": "hashing", "value": "yescrypt"}
sed -i "s/^ENCRYPT_METHOD.*/ENCRYPT_METHOD SHA512/" /etc/login.defs
