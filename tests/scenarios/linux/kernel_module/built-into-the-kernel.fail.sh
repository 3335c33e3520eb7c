#!/bin/sh
# params: {"name": "cramfs"}
# apply: none, it is a part of the kernel
# In a container there is no list of built-in modules: give it one.
mkdir -p "/lib/modules/$(uname -r)"
echo kernel/fs/cramfs/cramfs.ko > "/lib/modules/$(uname -r)/modules.builtin"
printf 'install cramfs /bin/false\nblacklist cramfs\n' > /etc/modprobe.d/mine.conf
