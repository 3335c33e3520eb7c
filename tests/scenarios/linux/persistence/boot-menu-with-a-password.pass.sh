#!/bin/sh
# params: {"point": "boot"}
# As a hardened machine has it: the password of the menu, modules kept out, and a line changed in the defaults of GRUB.
mkdir -p /etc/grub.d /etc/modprobe.d /etc/default /usr/share/grub/default
printf '#!/bin/sh\n# Written by Tuile\nexec tail -n +4 "$0"\nmenuentry_id_option="--unrestricted $menuentry_id_option"\nset superusers="tuile"\nexport superusers\npassword_pbkdf2 tuile grub.pbkdf2.sha512.10000.AA.BB\n' > /etc/grub.d/01_tuile
chmod 700 /etc/grub.d/01_tuile
printf 'install cramfs /bin/false\nblacklist cramfs\n' > /etc/modprobe.d/00-tuile.conf
[ ! -e /etc/default/grub ] || sed -i 's/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX="audit=1"/' /etc/default/grub
