# Loads the table now and at each boot. Sessions that stand are let through for a day: the kernel tracks those only that
# begin under a filter, so it would take their next packet for a stranger's. Prints what it did.
set -eu
standing=$(ss -H -t -n state established | awk '
    { local = $3; peer = $4; sub(/.*:/, "", local); port = peer; sub(/.*:/, "", port); sub(/:[0-9]+$/, "", peer)
      gsub(/[][]|%.*|::ffff:/, "", peer); family = peer ~ /:/ ? 6 : 4
      print "add element inet tuile standing" family " { " peer " . " port " . " local " timeout 1d }" }')
systemctl daemon-reload
systemctl --quiet enable tuile-firewall.service
systemctl reload-or-restart tuile-firewall.service
printf '%s\n' "$standing" | sort -u | nft -f -
echo "loaded inet tuile"
