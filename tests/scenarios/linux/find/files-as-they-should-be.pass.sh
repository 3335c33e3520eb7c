# params: {"what": "world_writable_files"}
touch /srv/file
chmod 0664 /srv/file
