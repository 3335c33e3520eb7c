#!/bin/sh
# params: {"file": "/etc/security/faillock.conf", "key": "even_deny_root", "value": "yes", "format": "flag"}
grep -q '^# even_deny_root' /etc/security/faillock.conf
