# params: {"path": "/srv"}
mkdir -p /srv /var/other
mount --bind /var/other /srv
echo '/var/other /srv none bind 0 0' >>/etc/fstab
