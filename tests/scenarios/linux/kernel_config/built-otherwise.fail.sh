#!/bin/sh
# params: {"options": {"CONFIG_SECCOMP": "y", "CONFIG_DEVKMEM": "n"}}
# apply: none, a kernel is built elsewhere
printf 'CONFIG_SECCOMP=y\nCONFIG_DEVKMEM=y\n' > "/boot/config-$(uname -r)"
