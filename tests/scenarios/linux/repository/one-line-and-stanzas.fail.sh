#!/bin/sh
# params: {}
cat > /etc/apt/sources.list <<'X'
# deb [trusted=yes] cdrom:[Debian]/ stable main
deb [ arch=amd64 trusted=yes ] http://deb.debian.org/debian bookworm main # site
deb-src http://deb.debian.org/debian bookworm main
X
cat > /etc/apt/sources.list.d/debian.sources <<'X'
# Debian
Types: deb
URIs: http://security.debian.org/debian-security
Suites: bookworm-security
Components: main
Trusted: yes

Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm-updates
Components: main
Allow-Insecure: yes
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
X
printf '%s\n' 'APT::Get::AllowUnauthenticated "1";' 'Acquire::Check-Valid-Until "false";' > /etc/apt/apt.conf.d/99local
