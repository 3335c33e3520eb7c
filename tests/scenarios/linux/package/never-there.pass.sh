#!/bin/sh
# params: {"name": "telnet", "state": "absent"}
true
