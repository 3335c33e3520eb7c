#!/bin/sh
# Makes a freshly unpacked Debian tree ($1) the tree of a lab host: accounts, packages to install from, mounts.
# Run by mmdebstrap as a customize hook; part of the recipe's digest, so a change here builds a new tree.
set -eu
root=$1

# What a test may install. A host has no way out, so these wait in a repository inside the tree, signed as a real one
# by a key that nobody keeps. One line at a time: packages of one line must be able to stand beside each other.
chroot "$root" sh -eu -c '
  mkdir -p /usr/local/share/lab-packages/partial
  cd /usr/local/share/lab-packages
  while read -r offered; do
    # Reinstalled, so that those are offered too which the tree has already: a test may have removed them.
    apt-get -qq -y --no-install-recommends --download-only --reinstall -o Dir::Cache::Archives="$PWD" install $offered
  done
  rm -rf partial lock

  # AIDE as Debian sets it up takes eleven digests of each file, half a minute of a processor each time that a host makes
  # its database, and dpkg takes as long for two hundred small files of settings for programs that no host has. Hosts are
  # offered it with one digest and without those; as it is shipped it lies in whole/.
  mkdir whole
  mv aide-common_*.deb whole
  unpacked=$(mktemp -d)
  dpkg-deb --raw-extract whole/aide-common_*.deb "$unpacked"
  (
    cd "$unpacked"
    rm usr/share/aide/config/aide/aide.conf.d/31_aide_*
    settings=usr/share/aide/config/aide/aide.conf
    sed -i "s/^Checksums = H$/Checksums = sha256/" "$settings"
    grep -qx "Checksums = sha256" "$settings"
    sed -i "/31_aide_/d; s|^.*  $settings$|$(md5sum "$settings")|" DEBIAN/md5sums
  )
  dpkg-deb --build "$unpacked" . > /dev/null
  rm -r "$unpacked"
  if dpkg-query --show aide-common > /dev/null 2>&1; then dpkg --install aide-common_*.deb > /dev/null; fi

  for deb in *.deb; do
    dpkg-deb --field "$deb"
    printf "Filename: ./%s\nSize: %s\nSHA256: %s\n\n" "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d" " -f1)"
  done > Packages
' << 'END'
telnet tftp-hpa xinetd rsync cron logrotate acl attr chrony rsyslog rsyslog-gnutls rsyslog-relp unattended-upgrades
auditd audispd-plugins aide aide-common usbguard apparmor apparmor-utils apparmor-profiles grub2-common
sudo libpam-pwquality cracklib-runtime libpam-tmpdir libpam-apparmor dconf-cli pcscd libccid nftables openssh-server
systemd-timesyncd
END

packages=$root/usr/local/share/lab-packages
printf 'Suite: lab\nDate: %s\nSHA256:\n %s %s Packages\n' "$(LC_ALL=C date -Ru)" \
  "$(sha256sum "$packages/Packages" | cut -d' ' -f1)" "$(stat -c %s "$packages/Packages")" > "$packages/Release"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
gpg --quiet --batch --passphrase '' --quick-generate-key lab ed25519 sign
gpg --quiet --batch --clearsign --output "$packages/InRelease" "$packages/Release"
gpg --quiet --export > "$root/usr/share/keyrings/lab.gpg"
gpgconf --kill gpg-agent
rm -rf "$GNUPGHOME" "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/*
echo 'deb [signed-by=/usr/share/keyrings/lab.gpg] file:/usr/local/share/lab-packages ./' > "$root/etc/apt/sources.list"
chroot "$root" apt-get -qq update

chroot "$root" sh -eu -c '
  useradd --create-home --uid 1001 --shell /bin/sh deploy
  useradd --create-home --uid 1002 --shell /bin/bash ops
  useradd --create-home --uid 1003 --shell /bin/bash nosudo
  useradd --create-home --uid 1004 --shell /usr/bin/fish fishy
  useradd --create-home --uid 1005 --shell /bin/tcsh cshy
  useradd --create-home --uid 1006 --shell /bin/bash bris-de-glace
  useradd --create-home --uid 1010 --shell /bin/sh tuile
  for user in deploy ops tuile; do usermod --append --groups sudo "$user"; done
  printf "%s:tuile-lab\n" ops bris-de-glace | chpasswd
  for user in root deploy ops nosudo fishy cshy bris-de-glace tuile; do
    home=$(getent passwd "$user" | cut -d: -f6)
    install -d -m 0700 -o "$user" -g "$user" "$home/.ssh"
  done
  printf "%s\n" "deploy ALL=(ALL:ALL) NOPASSWD: ALL" "fishy ALL=(ALL:ALL) NOPASSWD: ALL" \
    "cshy ALL=(ALL:ALL) NOPASSWD: ALL" "tuile ALL=(ALL:ALL) NOPASSWD: ALL" "ops ALL=(ALL:ALL) ALL" > /etc/sudoers.d/lab
  chmod 0440 /etc/sudoers.d/lab
  visudo -qc
  localedef -i fr_FR -f UTF-8 fr_FR.UTF-8
'

# The kernel counts the inotify instances of all hosts together (128 as a rule): these three are half of a host's,
# and wait for passwords and logins at a console that nobody has.
chroot "$root" systemctl --quiet mask systemd-ask-password-console.path systemd-ask-password-wall.path console-getty.service

# Without a kernel of its own a host has no audit to listen to: there the daemon would fail, and the boot with it.
for unit in auditd audit-rules; do
  mkdir -p "$root/etc/systemd/system/$unit.service.d"
  printf '[Unit]\nConditionVirtualization=!container\n' > "$root/etc/systemd/system/$unit.service.d/lab.conf"
done

# Each host gets its own of these when it boots; /srv/data and /tmp are file systems apart, small enough to fill.
rm -f "$root"/etc/ssh/ssh_host_*
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/resolv.conf" "$root/etc/hostname"
mkdir -p "$root/srv/data"
printf 'tmpfs %s tmpfs size=%s 0 0\n' /tmp 32m,mode=1777 /srv/data 16m > "$root/etc/fstab"
