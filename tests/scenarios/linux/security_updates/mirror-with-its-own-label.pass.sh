#!/bin/sh
# params: {"labels": ["Lab"]}
rm -f /var/lib/apt/lists/_usr_local_share_lab-packages_*Release
printf 'Origin: Lab\nLabel: Lab\n' > /var/lib/apt/lists/_usr_local_share_lab-packages_._Release
