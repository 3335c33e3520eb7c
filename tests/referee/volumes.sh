# Moves what ANSSI wants on file systems of their own (R28) to the machine's further disks, as its installer would have.
# Run on the machine with `sh -eu -s DISK=FOLDER...`, parents first; it is in force after a reboot.
for each; do
    disk=${each%%=*} folder=${each#*=}
    mkfs.ext4 -q "$disk"
    mount "$disk" /mnt
    cp --archive --one-file-system "$folder/." /mnt/
    umount /mnt
    echo "UUID=$(blkid -s UUID -o value "$disk") $folder ext4 defaults 0 2" >>/etc/fstab
done
mount /boot
update-initramfs -u >/dev/null
grub-install /dev/vda 2>/dev/null
update-grub 2>/dev/null
sync
