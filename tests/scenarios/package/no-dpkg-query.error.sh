#!/bin/sh
# params: {"name": "telnet", "state": "absent"}
rm /usr/bin/dpkg-query
