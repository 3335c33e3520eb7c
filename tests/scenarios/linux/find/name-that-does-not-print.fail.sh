# params: {"what": "world_writable_files"}
# apply: none: left to a person
touch "/srv/a
b"
chmod 0666 "/srv/a
b"
