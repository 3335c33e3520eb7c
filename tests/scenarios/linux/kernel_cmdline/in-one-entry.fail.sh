# params: {"arg": "nosmep", "present": false}
# apply: none: a menu is made in the virtual machine only
mkdir -p /boot/grub
cat >/boot/grub/grub.cfg <<'END'
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {
	linux	/boot/vmlinuz-6.1.0-40-amd64 root=UUID=1 ro quiet
}
menuentry 'Debian GNU/Linux, with Linux 6.1.0-39-amd64' {
	linux	/boot/vmlinuz-6.1.0-39-amd64 root=UUID=1 ro quiet nosmep
}
END
