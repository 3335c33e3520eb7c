# params: {"what": "special_bits", "debian": false, "approved": ["/usr/bin/[!c]*", "/usr/lib/*", "/usr/sbin/*", "/usr/bin/chage", "/usr/bin/chsh"]}
chmod 4755 /usr/bin/chfn
