"""Access lists beside the modes, below the folders that root alone should rule: asked once for all
rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from tuile.platforms.linux.perl import GETXATTR, PACKAGED
from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult

# 2 is a named user and 8 a named group in an entry, 16 the mask; what is inherited counts for
# folders. The journal has lists by design: the walk over the file systems knows which.
LISTS = (
    """timeout 20 perl -f -e '
"""
    f"{PACKAGED}\nuse POSIX ();\n{GETXATTR}"
    r"""
my $getxattr = $getxattr{(POSIX::uname())[4]} or die "how this processor is asked for access lists is not known\n";
my ($access, $default) = qw(system.posix_acl_access system.posix_acl_default);
sub names {
    my ($path, $which) = @_;
    my $room = "\0" x 1024;
    my $length = syscall $getxattr, $path, $which, $room, 1024;
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
my @left = map { [$_, 0] } grep { -d } @ARGV;
while (my $next = pop @left) {
    my ($path, $depth) = @$next;
    next if $path eq "/var/log/journal";
    my @who = (names($path, $access), -d $path ? map { "$_, new files" } names($path, $default) : ());
    print "$path\t", join("; ", @who), "\0" if @who;
    next unless -d _ && $depth < 8 && opendir my $folder, $path;
    push @left, map { ["$path/$_", $depth + 1] } grep { $_ ne "." && $_ ne ".." && !-l "$path/$_" } readdir $folder;
}
print "end\0";
' /etc /root /boot /var/log"""
)
"""Prints path, tab and who is named in its list, for each path that has one."""


def access_lists(result: CommandResult) -> Mapping[str, str]:
    """Return who is named in the access lists, by path.

    Raises:
        Unseen: not all was looked at.

    """
    if result.rc != 0 or not result.stdout.endswith("end\0"):
        raise Unseen((result.stderr.strip().splitlines() or [f"exit status {result.rc}"])[-1])
    return _read(result.stdout)


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _read(printed: str) -> Mapping[str, str]:
    rows = (record.partition("\t") for record in printed.split("\0")[:-2])
    return {path: who for path, _, who in rows}
