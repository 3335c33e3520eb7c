# params: {"what": "world_writable_files", "approved": ["/opt/approved/*"]}
mkdir -p "/srv/it's \$HOME" /opt/approved
touch "/srv/it's \$HOME/été" /opt/approved/c /srv/plain
chmod 0666 "/srv/it's \$HOME/été" /opt/approved/c
chmod 6777 /srv/plain
ln -s /srv/plain /srv/link
