# params: {"arg": "nosmep", "present": false}
mkdir -p /boot/grub
cat >/boot/grub/grub.cfg <<'END'
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {
	linux	/boot/vmlinuz-6.1.0-40-amd64 root=UUID=1 ro quiet
}
END
