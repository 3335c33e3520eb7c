#!/bin/sh
# params: {"paths": ["/etc/ipsec.d/*"], "mode": "0600"}
true
