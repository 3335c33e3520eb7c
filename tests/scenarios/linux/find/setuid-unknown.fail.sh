# params: {"what": "special_bits"}
cp /bin/true /usr/local/bin/helper
chmod 6755 /usr/local/bin/helper
