# params: {"what": "directories_of_others"}
mkdir /srv/shared
chmod 1777 /srv/shared
chown nobody:nogroup /srv/shared
