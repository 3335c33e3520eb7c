#!/bin/sh
# params: {"options": {"CONFIG_SECCOMP": "y", "CONFIG_DEVKMEM": "n"}}
printf 'CONFIG_SECCOMP=y\n# CONFIG_DEVKMEM is not set\n' > "/boot/config-$(uname -r)"
