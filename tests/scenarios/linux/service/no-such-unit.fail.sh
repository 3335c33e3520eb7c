#!/bin/sh
# params: {"name": "auditd", "enabled": true, "running": true}
# apply: none, the package that brings it is another rule's matter
