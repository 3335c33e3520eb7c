#!/bin/sh
# params: {"paths": ["/usr/bin", "/usr/sbin"], "below": true, "mode": "7755", "owners": ["root"]}
true
