r"""The program that looks into the places where code starts by itself, in the Perl that every
Debian host has.

It is run with words `family:depth:what matters:pattern`, reads the lists and sums that dpkg keeps, and prints records
`family \t flaw \t detail \t path \0`, then `end \0`. It holds no single quote, as it stands between two.
"""

from tuile.platforms.linux.perl import GETXATTR, PACKAGED
from tuile.platforms.linux.persistence.lines import LINES

_START = (
    f"\n{PACKAGED}\n"
    r"""use POSIX ();
die "only root may look into all places\n" if $>;
"""
    f"{GETXATTR}"
    r"""
my $getxattr = $getxattr{(POSIX::uname())[4]};
die "how this processor is asked for access lists is not known\n" unless $getxattr;
my ($access, $inherited) = ("system.posix_acl_access", "system.posix_acl_default");
my (%point, %matters, %stat, %places);

sub whole {
    open my $file, "<", $_[0] or return;
    local $/;
    my $text = <$file>;
    defined $text ? $text : "";
}
my $merged = join "|", grep { -l "/$_" } qw(bin sbin lib lib32 lib64 libx32);
sub canonical { my ($path) = @_; $path =~ s{^/($merged)/}{/usr/$1/} if $merged; $path }

# What is there: files and links of each place.
sub take {
    my ($path, $depth, $family, $matters) = @_;
    my @about = lstat $path or return;
    if (-d _ && ($depth > 0 || !-l _)) {
        $places{$path} = $family;
        return if $depth < 1;
        take("$path/$_", $depth - 1, $family, $matters) for inside($path);
        return;
    }
    if (-l _ && -d $path && $depth > 0) {
        $places{$path} = $family;
        take("$path/$_", $depth - 1, $family, $matters) for inside($path);
    }
    $point{$path} = $family, $matters{$path} = $matters, $stat{$path} = \@about unless $point{$path};
}
sub inside {
    opendir my $folder, $_[0] or die "$_[0]: $!\n";
    grep { !/^(?:\.\.?|\.SEQ|hwdb\.bin)$/ } readdir $folder;
}
for (@ARGV) {
    my ($family, $depth, $matters, $pattern) = split /:/, $_, 4;
    take($_, $depth, $family, $matters) for glob $pattern;
}

# What packages brought, and the sums of it.
my (%package, %sum, %diverted, %wanted);
$wanted{$_} = 1 for keys %point;
$wanted{$_} = 1 for map { target($_) } grep { -l } keys %point, keys %places;
sub target {
    my ($at, $left) = ($_[0], 8);
    while ($left-- && -l $at) {
        my $to = readlink $at;
        $at =~ s{[^/]*$}{};
        $at = $to =~ m{^/} ? $to : "$at$to";
        1 while $at =~ s{/[^/]+/\.\./}{/} || $at =~ s{/\./}{/};
    }
    canonical($at);
}
opendir my $info, "/var/lib/dpkg/info" or die "/var/lib/dpkg/info: $!\n";
for my $name (grep { s/\.list$// } readdir $info) {
    my $text = whole("/var/lib/dpkg/info/$name.list");
    die "/var/lib/dpkg/info/$name.list: $!\n" unless defined $text;
    for (split /\n/, $text) {
        $_ = canonical($_);
        $package{$_} = $name if $wanted{$_};
    }
}
my @diversions = split /\n/, whole("/var/lib/dpkg/diversions") // "";
while (my ($from, $to, $by) = splice @diversions, 0, 3) { # one that no package made lets nothing of ours out of sight
    $diverted{canonical($_)} = 1, $package{canonical($_)} //= "diverted" for $to, $by eq ":" ? () : $from;
}
my $status = whole("/var/lib/dpkg/status") // die "/var/lib/dpkg/status: $!\n";
$sum{$1} = $2 while $status =~ m{^ (/\S+) ([0-9a-f]{32})(?: obsolete)?$}mg;
my $ucf = whole("/var/lib/ucf/hashfile") // "";
$sum{$2} //= $1, $package{$2} //= "ucf" while $ucf =~ m{^([0-9a-f]{32})\s+(/.+)$}mg;
my %read;
for my $name (grep { !$read{$_}++ } values %package) {
    my $text = whole("/var/lib/dpkg/info/$name.md5sums") // next;
    for (split /\n/, $text) {
        my ($digest, $path) = split /  /, $_, 2;
        $path = canonical("/$path");
        $sum{$path} //= $digest if $wanted{$path};
    }
}

# Sums: of all small places; of programs, those that give rights or guard them.
my $guards = join "|", qw(
    sudo su login sulogin nologin sshd sshd-session sshd-auth ssh scp sftp-server ssh-keysign agetty
    bash dash perl env id test stat find ls ps ss ip kmod modprobe getent curl wget gpgv md5sum sha256sum
    cvtsudoers cron run-parts logrotate logger dpkg apt apt-get unattended-upgrade apt\.systemd\.daily
    unix_chkpwd unix_update passwd chage gpasswd newgrp mount umount faillock visudo polkitd pkexec
    nft rsyslogd aide auditd auditctl chronyd usbguard-daemon dbus-daemon dbus-daemon-launch-helper
    systemctl journalctl systemd systemd-executor systemd-journald systemd-logind systemd-udevd
    systemd-sysctl systemd-timesyncd
);
my $loaded = qr{/security/|/libnss_|/libpam|/ld-linux|/lib(?:c|crypt|crypto|selinux|audit|systemd)\.so};
sub checked {
    my ($path) = @_;
    return 0 unless ($stat{$path}[2] & 0170000) == 0100000 && $sum{$path} && !$diverted{$path};
    return $stat{$path}[2] & 06000 || $path =~ m{/(?:$guards)$|/lib(?:exec)?/sudo/} if $point{$path} eq "programs";
    return $point{$path} ne "libraries" || $path =~ $loaded || $path =~ m{^/etc/};
}
my @checked = sort grep { checked($_) } keys %point;
my %is;
while (my @some = splice @checked, 0, 500) {
    open my $sums, "-|", "md5sum", "-z", "--", @some or die "md5sum: $!\n";
    local $/ = "\0";
    while (<$sums>) { chomp; my ($digest, $path) = /^([0-9a-f]{32}) [ *](.*)$/s or next; $is{$path} = $digest }
}
"""
)

_REST = r"""
# Who else may write: owner, group, mode and access lists of a path and of each folder above it.
my %open;
sub people { my ($name, $id) = @_; defined $name ? $name : $id }
sub listed {
    my ($path, $which) = @_;
    my $room = "\0" x 1024;
    my $length = syscall $getxattr, $path, $which, $room, 1024;
    return () if $length < 12;
    my @entries = map { [unpack "vvV", substr $room, 4 + 8 * $_, 8] } 0 .. ($length - 4) / 8 - 1;
    my ($mask) = map { $$_[1] } grep { $$_[0] == 16 } @entries;
    my @who;
    for (@entries) {
        my ($tag, $rights, $id) = @$_;
        next unless $rights & ($mask // 7) & 2 && $id != 0;
        push @who, "user " . people((getpwuid $id)[0], $id) if $tag == 2;
        push @who, "group " . people((getgrgid $id)[0], $id) if $tag == 8;
    }
    @who;
}
my %daemons = map { $_ => 1 } (
    qw(/var/spool/cron/crontabs /var/spool/cron/atjobs /etc/polkit-1/rules.d /usr/share/polkit-1/rules.d),
    qw(/var/lib/polkit-1 /var/lib/polkit-1/localauthority),
);
sub open_to {
    my ($path, $about) = @_;
    return $open{$path} if exists $open{$path};
    my ($mode, $uid, $gid) = @{$about // [lstat $path]}[2, 4, 5];
    return $open{$path} = "" unless defined $mode;
    my @who;
    if (($mode & 0170000) != 0120000) {
        push @who, "user " . people((getpwuid $uid)[0], $uid) if $uid != 0;
        push @who, "group " . people((getgrgid $gid)[0], $gid) if $mode & 020 && $gid != 0 && !listed($path, $access);
        push @who, "all" if $mode & 02;
        push @who, listed($path, $access) if $mode & 070;
        push @who, map { "$_, new files" } -d $path ? listed($path, $inherited) : ();
    }
    $open{$path} = join ", ", @who;
}
sub above {
    my ($path) = @_;
    my @all;
    while ($path =~ s{/[^/]+$}{} && $path ne "") { push @all, $path }
    @all;
}

sub report {
    my ($family, $flaw, $detail, $path) = @_;
    $detail =~ tr/\0-\x1f//d;
    print "$family\t$flaw\t$detail\t$path\0";
}
# Whether lines that matter to nobody were written below what the package brought.
sub lengthened {
    my ($path) = @_;
    return 0 if $matters{$path} ne "shell";
    my @lines = split /^/, whole($path) // "";
    for (1 .. 30) {
        my $line = pop @lines // return 0;
        return 0 if $line =~ /\\$/ || $line !~ /^\s*(?:#.*)?$/ && !harmless_shell($line);
        my $length = length join "", @lines;
        return 1 if $path !~ m{[^\w./+-]} && `head -c $length $path | md5sum` =~ /^\Q$sum{$path}\E/;
    }
    0;
}
# An umask in bash.bashrc, and settings that start or give nothing in some files, are changes of daily work.
sub as_ever {
    my ($path) = @_;
    if ($path eq "/etc/bash.bashrc") {
        my $without = q(/^[[:space:]]*umask[[:space:]]+[0-7]+[[:space:]]*$/d);
        return 1 if `sed -E "$without" /etc/bash.bashrc | md5sum` =~ /^\Q$sum{$path}\E/;
    }
    return 1 if lengthened($path);
    return 0 unless $by_line{$matters{$path}} || $package{$path} eq "ucf" && $line_matters{$matters{$path}};
    !counts($path, $matters{$path});
}
sub known_target {
    my ($to) = @_;
    return 1 if $to =~ m{^/etc/alternatives/} || $package{$to};
    $to =~ m{^/usr/share/|^/usr/lib/} && -e $to && $to !~ m{[^\w./+:\@-]} && `dpkg-query -S $to 2>/dev/null` ne "";
}
for my $path (sort keys %point) {
    my $link = -l $path ? readlink $path : undef;
    my $differs = $sum{$path} && defined $is{$path} && $is{$path} ne $sum{$path};
    report($point{$path}, "changed", "", $path) if $package{$path} && $differs && !as_ever($path);
    if (!$package{$path} && ($link // "") ne "/dev/null") {
        my $known = defined $link && $matters{$path} ne "target"
            && ($link =~ m{^/etc/alternatives/} || known_target(target($path))
                || $point{$path} eq "libraries" && target($path) =~ m{^/usr/lib/});
        report($point{$path}, "added", defined $link ? "-> $link" : "", $path)
            if !$known && counts($path, $matters{$path});
    }
    next if $path =~ m{^/var/spool/cron/} || $matters{$path} eq "target";
    my $who = open_to($path, $stat{$path});
    report($point{$path}, "writable", $who, $path) if $who ne "";
}
my $home = (getpwuid 0)[7] // "?";
report("shells", "added", "home of root", $home) if $home ne "/root";
my %told;
for my $place (sort keys %places) {
    my $to = -l $place ? target($place) : undef;
    report($places{$place}, "added", "-> $to", $place) if defined $to && $to !~ m{^/usr/} && !known_target($to);
    for my $folder ($place, above($place), defined $to ? ($to, above($to)) : ()) {
        next if $told{$folder}++ || $daemons{$folder};
        my $who = open_to($folder);
        report($places{$place}, "writable", $who, $folder) if $who ne "";
    }
}
# The cache of the loader leads to folders of the system and to those that its settings name, or somebody else made it.
my %sought = map { $_ => 1 } map { "/usr/$_" } qw(lib lib32 lib64 libx32);
for my $settings ("/etc/ld.so.conf", glob "/etc/ld.so.conf.d/*.conf") {
    $sought{canonical("$_/") =~ s{/+$}{}r} = 1 for grep { m{^/} } split /\s+/, whole($settings) // "";
}
my $cache = whole("/etc/ld.so.cache") // "";
my %leads = map { $_ => 1 } grep { !$sought{$_} }
    map { canonical("$_/") =~ s{(?:/glibc-hwcaps/[^/]+)?/$}{}r } $cache =~ m{\0(/[^\0]+)/[^/\0]+(?=\0)}g;
report("libraries", "added", "-> $_", "/etc/ld.so.cache") for sort keys %leads;
# Scripts of packages come with the list of their files; dpkg keeps no sum of them.
for my $script (glob "/var/lib/dpkg/info/*.{preinst,postinst,prerm,postrm,config,triggers}") {
    my ($list) = $script =~ /^(.*)\./;
    my $came = (lstat "$list.list")[10];
    my $flaw = !defined $came ? "added" : (lstat $script)[10] > $came + 3600 ? "changed" : next;
    report("tools", $flaw, "", $script);
}
print "end\0";
"""

PROGRAM = _START + LINES + _REST
