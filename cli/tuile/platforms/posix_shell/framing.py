"""The script that one shell reads from its input, and the answers cut from what it prints; pure.

A nonce that no command can know or guess ends each answer, on both streams: `<nonce> <index>
<status>`. Nothing is captured in variables or files, so any bytes come through as they were
printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from shlex import quote

START = 0
"""The index of the mark that ends the noise of a login; commands are counted from 1."""

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
"""Folders of packages, which are root's: a program that somebody put into /usr/local must not
answer for another.
"""
CLEAN = ("/usr/bin/env", "-i", "LC_ALL=C", f"PATH={PATH}")
"""Begins a command that takes over nothing of what a login or sudo has set: libraries to load,
paths, languages.
"""
_PREAMBLE = f"""\
LC_ALL=C PATH={PATH}
export LC_ALL PATH
unset ENV BASH_ENV CDPATH LANGUAGE
cd /
umask 077
{{ renice -n 19 -p $$; ionice -c 3 -p $$; }} </dev/null >/dev/null 2>&1
"""
_GROUP = """\
{ read -r tuile_stat </proc/self/stat; } 2>/dev/null; set -f; set -- ${tuile_stat##*) }; set +f
echo "$3 $4"; shift $#; unset tuile_stat
"""
_REST_OF_MARK = re.compile(rb" (\d{1,9}) (\d{1,9})\n")
_MAX_MARK = 32  # bytes after the nonce: index, status, newline


@dataclass(frozen=True)
class Frame:
    """What one command printed on one stream; the status is that of the command on stdout, 0 on
    stderr.
    """

    index: int
    status: int
    data: bytes


def preamble(nonce: str, kill_group: int | None = None) -> bytes:
    """Return the start of a session: the surroundings of all commands, and the mark that ends the
    noise of the login.

    The first answer, of index START + 1, holds the process group and the session of the shell.
    `kill_group` is the process group of an earlier session of ours that hangs; it is ended first.
    """
    kill = f"kill -s KILL -- -{kill_group} 2>/dev/null\n" if kill_group else ""
    return f"{kill}{_PREAMBLE}{_mark(nonce, START)}{_GROUP}{_mark(nonce, START + 1)}".encode()


def ask(nonce: str, index: int, command: str) -> bytes:
    """Return the script for one command: in a subshell of its own, with nothing on its input."""
    script = f"( eval {quote(command)} ) </dev/null\n{_mark(nonce, index)}"
    return script.encode("utf-8", "surrogateescape")


def ask_times(nonce: str, index: int) -> bytes:
    """Return the script for the CPU times that the shell and its children have used so far."""
    return f"times\n{_mark(nonce, index)}".encode()


def read_times(data: bytes) -> float | None:
    """Return the CPU seconds in the answer to `ask_times` (POSIX, "times": minutes and seconds as
    0m0.00s).
    """
    found = re.findall(rb"(\d+)m([\d.]+)s", data)
    try:
        return (
            sum(int(minutes) * 60 + float(seconds) for minutes, seconds in found) if found else None
        )
    except ValueError:
        return None


def read_group(data: bytes) -> int | None:
    """Return the process group in the first answer, where the shell's session is of that same
    group: nobody else's.
    """
    words = data.split()
    if len(words) == 2 and words[0] == words[1] and words[0].isdigit() and int(words[0]) > 1:  # noqa: PLR2004
        return int(words[0])
    return None


class Frames:
    """One stream of a shell, cut into frames as it comes in; what comes before the first mark is
    noise.
    """

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce.encode("ascii")
        self._held = bytearray()
        self._searched = 0
        self._started = False

    @property
    def held(self) -> int:
        """Return how many bytes of an answer without end are in memory."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that end in `data`, the mark START as a frame without data."""
        self._held += data
        return list(self._cut())

    def _cut(self) -> Iterable[Frame]:
        while (at := self._held.find(self._nonce, self._searched)) >= 0:
            mark = _REST_OF_MARK.match(self._held, at + len(self._nonce))
            if mark is None:
                self._searched = at + 1
                continue
            index, status = int(mark[1]), int(mark[2])
            payload = bytes(self._held[:at]) if self._started else b""
            self._started = True
            end, mark = mark.end(), None  # a match locks the bytes that it was found in
            del self._held[:end]
            self._searched = 0
            yield Frame(index, status, payload)
        overlap = len(self._nonce) + _MAX_MARK
        if not self._started:
            del self._held[:-overlap]
        self._searched = max(0, len(self._held) - overlap)


def _mark(nonce: str, index: int) -> str:
    return f"printf '{nonce} {index} %d\\n' $?; echo {nonce} {index} 0 >&2\n"
