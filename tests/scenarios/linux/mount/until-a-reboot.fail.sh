# params: {"path": "/srv"}
mount -t tmpfs tmpfs /srv
