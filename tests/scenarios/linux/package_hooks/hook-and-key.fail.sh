#!/bin/sh
# params: {}
echo 'DPkg::Pre-Invoke {"/usr/local/lib/hook";};' > /etc/apt/apt.conf.d/99hook
cp /usr/share/keyrings/lab.gpg /etc/apt/trusted.gpg.d/vendor.gpg
