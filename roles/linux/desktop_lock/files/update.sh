# Compiles the settings; the databases are for every user to read, whatever the umask here is.
set -eu
umask 022
dconf update
echo "compiled /etc/dconf/db"
