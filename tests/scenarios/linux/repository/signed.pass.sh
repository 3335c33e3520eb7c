#!/bin/sh
# params: {"https": true, "allowed": ["https://deb.debian.org/", "http://mirror.chu.example/"]}
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://deb.debian.org/debian stable main' > /etc/apt/sources.list
printf 'Types: deb\nURIs: http://mirror.chu.example/debian\nSuites: stable\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n x\n -----END PGP PUBLIC KEY BLOCK-----\n\nEnabled: no\nTypes: deb\nURIs: http://old.example/\nSuites: stable\nComponents: main\nTrusted: yes\n' > /etc/apt/sources.list.d/site.sources
