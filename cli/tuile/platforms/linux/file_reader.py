"""A file of a host as it stands, for previews and for what must be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.host import Host

_READ = (
    "p=%s; stat --dereference --format='%%a %%U %%G' -- \"$p\" || exit;"
    ' test -f "$p" || { echo not a regular file >&2; exit 1; };'
    ' readlink --canonicalize --zero -- "$p" && cat -- "$p"'
)
_ABSENT = ("No such file or directory", "Not a directory")


@dataclass(frozen=True)
class FileSeen:
    """A file as it was read; without bytes there is none at that path, nor at the end of a link
    that stands there.

    A symbolic link is followed, as an editor does: bytes, mode, owner and group are those of the
    file at its end, and `resolved` is where that is.
    """

    path: str
    data: bytes | None = None
    mode: str | None = None
    """Four octal digits: 0644."""
    owner: str | None = None
    group: str | None = None
    resolved: str | None = None

    @property
    def text(self) -> str | None:
        """Return the bytes as text in which all of them survive, as a Draft wants it."""
        return None if self.data is None else self.data.decode("utf-8", "surrogateescape")


def read_file(host: Host, path: str) -> FileSeen:
    """Return a regular file of the host, byte for byte, by one command.

    Raises:
        Unseen: it is there but cannot be read, or it is a directory or device.

    """
    if "\n" in path:
        raise Unseen("its name holds a newline", "son nom contient un saut de ligne")
    result = host.run(_READ, path)
    if result.rc != 0 and any(words in result.stderr for words in _ABSENT):
        return FileSeen(path)
    output_of(result)
    about, _, rest = result.stdout_bytes.partition(b"\n")
    resolved, _, data = rest.partition(b"\0")
    mode, owner, group = about.decode().split(" ")
    return FileSeen(
        path, data, mode.zfill(4), owner, group, resolved.decode("utf-8", "surrogateescape")
    )
