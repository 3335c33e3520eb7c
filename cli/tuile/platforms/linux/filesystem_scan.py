"""The one walk over a host's local file systems, and how its answer is read: several kinds ask for
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tuile.platforms.linux.perl import GETXATTR, PACKAGED
from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult

SECONDS, LISTED = 240, 1000
"""How long the walk may take, and how many files of a sort it lists; it counts all of them."""

# Lowest priority; roots are the mounts of file systems on local disks and in memory, never those of
# a network, and in the folders of the system those of any local sort. A mount that find enters by
# itself (same device as its folder) is no root of its own; a bind mount is left out only where the
# same folder is walked under another name with nothing over it, and no part of the rules is about
# its path. Subvolumes of btrfs (their inode is 256), at which find stops, are walked too. What
# Tuile keeps for an undo, with its modes, for root only, is left out. First letters: f
# world-writable file, d world-writable directory without sticky bit, o one that is not root's, u
# without owner or group, s setuid or setgid; w a file of the system that is not root's alone, a one
# with an access list, c capabilities of a program, h hashes of passwords that others may read, v
# something mounted over the system; m a mount that is not walked. find hands on with x what is
# looked at for lists and capabilities, with y what may hold hashes, with l what has a second name,
# with n what may be a subvolume.
WALK = (
    """timeout 240 ionice -c 3 nice -n 19 perl -f -e '
"""
    f"{PACKAGED}\nuse POSIX ();\n{GETXATTR}"
    r"""
my $getxattr = $getxattr{(POSIX::uname())[4]} or die "how this processor is asked for access lists is not known\n";
my ($access, $default, $capable) = qw(system.posix_acl_access system.posix_acl_default security.capability);
my $roots_own = "etc|usr|boot|root|opt|s?bin|lib(?:32|64|x32)?|var/(?:spool|log|lib/(?:dpkg|apt|aide|systemd))";
my $system = qr{^/(?:$roots_own)(?:/|$)};
my $listed = qr{$system|^/var/backups|^/home/[^/]+(?:/\.[^/]+(?:/[^/]+)?)?$};
my (%whole, @mounts, %reached, %roots, %count, %secret);
sub found { print @_, "\0" if ++$count{substr $_[0], 0, 1} <= 1000 }
open my $table, "<", "/proc/self/mountinfo" or die "/proc/self/mountinfo: $!\n";
while (<$table>) {
    my @field = split / /;
    my ($type) = / - (\S+) /;
    $field[4] =~ s/\\([0-7]{3})/chr oct $1/ge;
    push @mounts, [@field[2 .. 4], $type];
    push @{$whole{$field[2]}}, $field[4] if $field[3] eq "/";
}
my $disk = qr/^(?:ext[234]|xfs|btrfs|f2fs|jfs|reiserfs|zfs|bcachefs|tmpfs)$/;
my $other = qr/^(?:overlay|ramfs|squashfs|erofs|vfat|exfat|ntfs3?|iso9660|udf)$/;
sub same { my ($one, $two) = map { join ":", (lstat)[0, 1] } @_; $one && $one eq $two }
sub within { my ($path, $folder) = @_; index("$path/", $folder eq "/" ? "/" : "$folder/") == 0 }
sub device { (lstat $_[0])[0] // -1 }
sub elsewhere {
    my ($device, $part, $path) = @_;
    for my $whole (grep { $reached{$_} } @{$whole{$device}}) {
        my $there = ($whole eq "/" ? "" : $whole) . $part;
        return 1 if same($there, $path) && !grep { within($$_[2], $there) } @mounts;
    }
    0;
}
for (sort { ($$a[1] ne "/") <=> ($$b[1] ne "/") || length $$a[2] <=> length $$b[2] } @mounts) {
    my ($device, $part, $path, $type) = @$_;
    my $local = $path eq "/" || $type =~ $disk || $path =~ $system && $type =~ $other;
    my $bound = $part ne "/" && $type ne "btrfs";
    my ($folder) = $path =~ m{^(.*)/};
    my ($above) = sort { length $b <=> length $a } grep { $_ ne $path && within($path, $_) } map { $$_[2] } @mounts;
    my $reached = $local && $path ne "/" && $reached{$above // ""} && device($path) == device("$folder/");
    my $again = $local && $bound && $path !~ m{$system|^/(?:home|var)(?:/|$)} && elsewhere(@$_);
    if (!$local || $again && !$reached) { print "m$path\0" }
    else { $reached{$path} = 1; $roots{$path} = 1 unless $reached }
    my $strange = $bound || $type =~ /^(?:tmpfs|ramfs|overlay|fuse\b.*)$/;
    found("v$path\t$type") if $path ne "/" && $path =~ $system && ($strange || !-d $path);
}
$secret{join ":", (stat)[0, 1]} = $_ for grep { -e } map { "/etc/$_" } qw(passwd shadow group gshadow sudoers);
sub names {
    my ($path, $which) = @_;
    my $room = "\0" x 1024;
    my $length = syscall $getxattr, $path, $which, $room, 1024;
    ($room, $length) = ("\0" x 65536, 65536) if $length < 0 && $! == POSIX::ERANGE();
    $length = syscall $getxattr, $path, $which, $room, 65536 if $length == 65536;
    return if $length < 12;
    my @entries = map { [unpack "vvV", substr $room, 4 + 8 * $_, 8] } 0 .. ($length - 4) / 8 - 1;
    my ($mask) = map { $$_[1] } grep { $$_[0] == 16 } @entries;
    map {
        my ($tag, $rights, $id) = @$_;
        my $name = $tag == 2 ? getpwuid $id : getgrgid $id;
        $rights &= $mask // 7;
        my $may = join "", map { $rights & $$_[0] ? $$_[1] : "" } [4, "r"], [2, "w"], [1, "x"];
        ($tag == 2 ? "user " : "group ") . ($name // $id) . " $may";
    } grep { $$_[0] == 2 || $$_[0] == 8 } @entries;
}
sub look {
    my ($path) = @_;
    my $room = "\0" x 64;
    found("c$path") if -f $path && -x _ && syscall($getxattr, $path, $capable, $room, 64) > 0;
    return unless $path =~ $listed;
    my @who = (names($path, $access), -d $path ? map { "$_, new files" } names($path, $default) : ());
    if ($path =~ m{^/var/log/journal(?:/|$)}) {
        my $own = $path =~ m{/user-(\d+)[^/]*$} ? getpwuid $1 : undef;
        @who = grep { !/^group (?:adm|wheel|systemd-journal) r?x?(?:,|$)/ && $_ ne "user " . ($own // "") . " r" } @who;
    }
    splice @who, 10, scalar @who, "and " . (@who - 10) . " more" if @who > 10;
    found("a$path\t", join "; ", @who) if @who;
}
my $read = 0;
sub hashes {
    my ($path) = @_;
    return if ++$read > 20000;
    sysopen my $file, $path, POSIX::O_RDONLY() | POSIX::O_NONBLOCK() or return;
    sysread $file, my $text, 4096;
    found("h$path") if ($text // "") =~ /^[a-z_][\w.-]*\$?:\$(?:y|gy|7|6|5|2[aby]|1)\$[^:\s]+:\d*:/m;
}
my @others = ("(", "!", "-uid", "0", "-o", "-perm", "-0020", "!", "-gid", "0", ")");
my @persons = ("(", "-uid", "+999", "-o", "-uid", "-100", "!", "-uid", "0", ")");
my %mounted = map { $$_[2] => 1 } @mounts;
sub nested {
    my ($path) = @_;
    my ($folder) = $path =~ m{^(.*)/};
    !$mounted{$path}++ && device($path) != device("$folder/");
}
sub walk {
    open my $found, "-|", "find", @_, "-xdev",
        "-path", "/var/lib/tuile", "-prune", "-o", "(",
        "(", "-type", "f", "-perm", "-0002", "-printf", "f%p\\0", ")", ",",
        "(", "-type", "d", "-perm", "-0002", "!", "-perm", "-1000", "-printf", "d%p\\0", ")", ",",
        "(", "-type", "d", "-perm", "-0002", "!", "-uid", "0", "-printf", "o%p\\0", ")", ",",
        "(", "(", "-nouser", "-o", "-nogroup", ")", "-printf", "u%p\\0", ")", ",",
        "(", "-type", "f", "-perm", "/6000", "-printf", "s%p\\0", ")", ",",
        "(", "!", "-type", "l", @others, "(", "-path", "/usr", "-o", "-path", "/usr/*", "-o", "-path", "/boot/*", ")",
        "!", "(", "-path", "/usr/local*", "-uid", "0", "-gid", "50", ")", "-printf", "w%p\\t%u:%g\\0", ")", ",",
        "(", "!", "-type", "l", @persons, "(", "-path", "/etc", "-o", "-path", "/etc/*", ")",
        "-printf", "w%p\\t%u:%g\\0", ")", ",",
        "(", "-type", "f", "-links", "+1", "-uid", "0", "-printf", "l%D:%i:%p\\0", ")", ",",
        "(", "-type", "f", "-size", "-65k", "(", "-perm", "-0004", "-o", "!", "-uid", "0", ")", "!", "-path", "/usr/*",
        "!", "-path", "/var/lib/dpkg/*", "-printf", "y%p\\0", ")", ",",
        "(", "-type", "d", "-inum", "256", "-printf", "n%p\\0", ")", ",",
        "(", "-type", "f,d", "-printf", "x%p\\0", ")", ")" or die "find: $!\n";
    my @nested;
    while (<$found>) {
        chomp;
        my ($sort, $path) = /^(.)(.*)$/s;
        if ($sort eq "x") { look($path) }
        elsif ($sort eq "y") { hashes($path) }
        elsif ($sort eq "n") { push @nested, $path if nested($path) }
        elsif ($sort eq "l") { $path =~ s/^(\d+:\d+)://; found("h$path") if $secret{$1} && $secret{$1} ne $path }
        else { found($_) }
    }
    close $found;
    die "find was ended by signal $?\n" if $? & 127;
    @nested;
}
$/ = "\0";
my @left = sort keys %roots;
@left = walk(@left) while @left;
print "=$_$count{$_}\0" for sort keys %count;
'"""
)


@dataclass(frozen=True)
class Found:
    """Files of one sort: the first ones by their names, and how many there are in all."""

    paths: tuple[str, ...] = ()
    count: int = 0


def walked(result: CommandResult) -> Mapping[str, Found]:
    """Return what the walk found, by the letter of its sort.

    Raises:
        Unseen: it did not come to its end, or some place could not be looked into.

    """
    if result.rc == 124:  # noqa: PLR2004 -- timeout(1)
        raise Unseen(
            f"the walk over the file systems took longer than {SECONDS} s",
            f"le parcours des systèmes de fichiers a duré plus de {SECONDS} s",
        )
    return _read(result.rc, result.stdout, result.stderr)


def shown(path: str) -> str:
    r"""Return a path as text that anyone can read, paste and store: what does not print is \0 and 3
    digits.
    """
    return "".join(char if char.isprintable() and char != "\\" else _octal(char) for char in path)


def _octal(char: str) -> str:
    return "".join(f"\\{byte:04o}" for byte in char.encode("utf-8", "surrogateescape"))


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _read(status: int, printed: str, complaints: str) -> Mapping[str, Found]:
    sorts: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for record in printed.split("\0"):
        if record.startswith("="):
            counts[record[1]] = int(record[2:])
        elif record:
            sorts.setdefault(record[0], []).append(record[1:])
    _all_seen(status, complaints, frozenset(sorts.get("m", ())))
    return {sort: Found(tuple(sorts[sort]), count) for sort, count in counts.items()}


def _all_seen(status: int, complaints: str, elsewhere: frozenset[str]) -> None:
    """Raise Unseen unless all was looked at; what vanished meanwhile and mounts that are not walked
    do not count.
    """
    for line in complaints.splitlines():
        path = re.match(r"find: '(.*)': ", line)
        if not line.endswith(": No such file or directory") and not (path and path[1] in elsewhere):
            raise Unseen(line)
    if status != 0:
        raise Unseen(
            f"the walk over the file systems ended with {status}",
            f"le parcours s’est terminé par {status}",
        )
