#!/bin/sh
# params: {"paths": ["/etc/ssh/ssh_host_*_key"], "mode": "0640", "owners": ["root"], "groups": ["root"]}
true
