# params: {"path": "/srv"}
mkdir -p /srv
