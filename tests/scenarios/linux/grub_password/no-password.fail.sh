# params: {}
# apply: none: a menu is made in the virtual machine only
mkdir -p /boot/grub
printf "menuentry 'Debian' \$menuentry_id_option 'x' {\n\tlinux /vmlinuz root=/dev/sda1\n}\n" >/boot/grub/grub.cfg
