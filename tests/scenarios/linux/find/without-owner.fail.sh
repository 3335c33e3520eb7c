# params: {"what": "unowned"}
# apply: none: a person decides
touch /srv/left
chown 54321:54321 /srv/left
