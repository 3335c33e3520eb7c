# Makes a full tree the disk of a virtual machine; run inside it with `sh -eu -s DISK_ID` before there is a kernel.
# Part of the image's digest, so a change here builds a new image.
cat > /etc/fstab <<END
UUID=$1 / ext4 errors=remount-ro 0 0
tmpfs /tmp tmpfs size=64m,mode=1777 0 0
tmpfs /srv/data tmpfs size=16m 0 0
END
printf '%s\n' tuile-vm > /etc/hostname
printf '127.0.0.1 localhost tuile-vm\n' > /etc/hosts
ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/ssh/ssh_host_ed25519_key

# qemu's own network: one address, always the same, so that nothing is waited for.
cat > /etc/systemd/network/lab.network <<'END'
[Match]
Type=ether
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
LinkLocalAddressing=no
IPv6AcceptRA=no
END
systemctl --quiet enable systemd-networkd.service
systemctl --quiet mask systemd-networkd-wait-online.service

# An emulated machine takes its time: nothing starts that no rule is about.
systemctl --quiet mask serial-getty@ttyS0.service getty@tty1.service e2scrub_reap.service man-db.timer \
  apt-daily.timer apt-daily-upgrade.timer systemd-pstore.service
# What it takes to find its one disk, and no more: unpacking is slow.
printf 'MODULES=list\n' > /etc/initramfs-tools/conf.d/lab
printf '%s\n' virtio_pci virtio_blk ext4 >> /etc/initramfs-tools/modules
update-initramfs -u > /dev/null

cat > /etc/default/grub <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=Debian
GRUB_TERMINAL=console
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=ttyS0"
END
