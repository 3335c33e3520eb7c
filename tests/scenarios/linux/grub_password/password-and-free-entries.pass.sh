# params: {}
mkdir -p /boot/grub
cat >/boot/grub/grub.cfg <<'END'
set superusers="admin"
password_pbkdf2 admin grub.pbkdf2.sha512.10000.AA.BB
menuentry 'Debian' --unrestricted --class debian {
	linux /vmlinuz root=/dev/sda1
}
END
