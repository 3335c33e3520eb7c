"""Breaks the options of a mount point: in fstab and in the kernel; where there is no mount, it is
bound to itself.
"""

from __future__ import annotations

from shlex import quote
from typing import Any

_OPPOSITES = {"noexec": "exec", "nodev": "dev", "nosuid": "suid", "ro": "rw"}
_BREAK = """
path={path}
mkdir -p "$path"
if awk -v path="$path" '$1 !~ /^#/ && $2 == path {{found = 1}} END {{exit !found}}' /etc/fstab; then
  awk -v path="$path" '$1 !~ /^#/ && $2 == path {{$4 = $4 ",{worse}"}} {{print}}' /etc/fstab > /etc/fstab.broken
  cat /etc/fstab.broken > /etc/fstab
  rm /etc/fstab.broken
elif ! mountpoint -q "$path"; then
  printf '%s %s none bind,{worse} 0 0\\n' "$path" "$path" >> /etc/fstab
  mount --bind "$path" "$path"
  mount --make-private "$path"  # or what is mounted below it is mounted twice
fi
mount -o remount,bind,{worse} "$path"
"""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which the mount point has the contrary of each option."""
    worse = ",".join(_OPPOSITES.get(option, option) for option in params.options)
    return _BREAK.format(path=quote(params.path), worse=worse)
