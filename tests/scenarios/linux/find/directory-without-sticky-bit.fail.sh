# params: {"what": "world_writable_directories"}
mkdir -m 0777 /srv/shared
chmod 0777 /srv/shared
