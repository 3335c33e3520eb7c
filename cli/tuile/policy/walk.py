"""The one walk over a host's local file systems, and how its answer is read: several kinds ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult

SECONDS, LISTED = 240, 1000
"""How long the walk may take, and how many files of a sort it lists; it counts all of them."""

# Lowest priority; roots are the mounts of file systems on local disks and in memory, never those of a network; a bind
# mount of what is walked anyway is left out, and so is what Tuile keeps for an undo, with its modes, for root only.
# First letters: f world-writable file, d world-writable directory without sticky bit, o one that is not root's,
# u without owner or group, s setuid or setgid; m a mount that is not walked.
WALK = r"""timeout 240 ionice -c 3 nice -n 19 perl -e '
my (%whole, @mounts, %roots);
open my $table, "<", "/proc/self/mountinfo" or die "/proc/self/mountinfo: $!\n";
while (<$table>) {
    my @field = split / /;
    my ($type) = / - (\S+) /;
    $field[4] =~ s/\\([0-7]{3})/chr oct $1/ge;
    push @mounts, [@field[2 .. 4], $type];
    $whole{$field[2]} = 1 if $field[3] eq "/";
}
for (@mounts) {
    my ($device, $part, $path, $type) = @$_;
    my $local = $path eq "/" || $type =~ /^(ext[234]|xfs|btrfs|f2fs|jfs|reiserfs|zfs|bcachefs|tmpfs)$/;
    my $again = $part ne "/" && $type ne "btrfs" && $whole{$device};
    $local && !$again ? $roots{$path} = 1 : print "m$path\0";
}
open my $found, "-|", "find", sort(keys %roots), "-xdev",
    "-path", "/var/lib/tuile", "-prune", "-o", "(",
    "(", "-type", "f", "-perm", "-0002", "-printf", "f%p\\0", ")", ",",
    "(", "-type", "d", "-perm", "-0002", "!", "-perm", "-1000", "-printf", "d%p\\0", ")", ",",
    "(", "-type", "d", "-perm", "-0002", "!", "-uid", "0", "-printf", "o%p\\0", ")", ",",
    "(", "(", "-nouser", "-o", "-nogroup", ")", "-printf", "u%p\\0", ")", ",",
    "(", "-type", "f", "-perm", "/6000", "-printf", "s%p\\0", ")", ")" or die "find: $!\n";
$/ = "\0";
my %count;
while (<$found>) { print if ++$count{substr $_, 0, 1} <= 1000 }
print "=$_$count{$_}\0" for sort keys %count;
'"""


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
    r"""Return a path as text that anyone can read, paste and store: what does not print is \0 and 3 digits."""
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
    """Raise Unseen unless all was looked at; what vanished meanwhile and mounts that are not walked do not count."""
    for line in complaints.splitlines():
        path = re.match(r"find: '(.*)': ", line)
        if not line.endswith(": No such file or directory") and not (path and path[1] in elsewhere):
            raise Unseen(line)
    if status != 0:
        raise Unseen(f"the walk over the file systems ended with {status}", f"le parcours s’est terminé par {status}")
