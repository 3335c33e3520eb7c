#!/bin/sh
# params: {"what": "special_bits"}
# apply: none: a person looks at the mounts
mkdir -p /srv/one /srv/two
mount -t tmpfs tmpfs /srv/one
mount --make-private /srv/one
mkdir /srv/one/part
install -m 4755 /bin/true /srv/one/part/helper
mount --bind /srv/one/part /srv/two
mount -t tmpfs tmpfs /srv/one/part
