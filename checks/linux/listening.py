"""Nothing listens on the network but what is declared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Lists the sockets on which programs listen (ss) and compares port, address and program "
        "with the declared ones. "
        "A program is told by the file that it runs from, which must lie in a folder of the "
        "system, not by its name."
    ),
    fr=(
        "Liste les sockets en écoute (ss) et compare port, adresse et programme à ceux qui sont "
        "déclarés. Un programme "
        "se reconnaît au fichier qu’il exécute, dans un dossier du système, et non à son nom."
    ),
)
PUT_RIGHT = Text(
    en="Stop the program, bind it to the loopback address, or declare its port.",
    fr="Arrêter le programme, le lier à l’adresse de bouclage, ou déclarer son port.",
)

DOES_NOT_SEE = (
    Text(
        en="What listens in another network namespace (containers), on raw sockets or over SCTP.",
        fr=(
            "Ce qui écoute dans un autre espace de noms réseau (conteneurs), en socket brut ou en"
            " SCTP."
        ),
    ),
    Text(
        en="A program that was put in the place of a packaged one, under its own path.",
        fr="Un programme mis à la place de celui d’un paquet, sous son propre chemin.",
    ),
)

_EXES = "find /proc/[0-9]*/exe -maxdepth 0 -printf '%p %l\\n' 2>/dev/null"
"""The file that each process runs from."""
_SYSTEM = re.compile(r"(?:/usr)?/(?:s?bin|lib|libexec|lib64)/")
_PORTS = r"(?:any|[0-9]{1,5}(?:-[0-9]{1,5})?)"
_ALLOWED = rf"^(tcp|udp)/{_PORTS}(@[0-9a-fA-F:.]+)?( by [^\s]+)?$"
_FORM = (
    'Port, then where it may be bound and whose it may be: "tcp/22 by sshd", '
    '"tcp/5432@127.0.0.1", "udp/any by named", '
    '"tcp/104 by /opt/pacs/bin/*". A name is that of the program\'s file, under /usr; of a '
    "script, its interpreter's"
)
Allowed = Annotated[str, Meta(pattern=_ALLOWED)]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    allowed: Annotated[tuple[Allowed, ...], Meta(description=_FORM)]
    loopback: Annotated[
        bool, Meta(description="Whether what only this machine can reach must be declared as well")
    ] = False

    def __post_init__(self) -> None:
        """Refuse ports and addresses that there are none of."""
        for text in self.allowed:
            _read(text)


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    undeclared: tuple[str, ...] = said("listening undeclared", "en écoute sans être déclaré")


@dataclass(frozen=True)
class _Socket:
    """One socket on which something listens; no program where none was seen."""

    protocol: str
    address: str
    port: int
    program: str | None
    files: tuple[str, ...] = ()
    """What the processes that hold it run from; one that could not be seen is left out."""

    @property
    def anywhere(self) -> bool:
        return self.address in (
            "0.0.0.0",  # noqa: S104 -- what ss prints, not what is bound here
            "::",
            "*",
        )

    @property
    def loopback(self) -> bool:
        return not self.anywhere and ip_address(self.address).is_loopback

    def say(self) -> str:
        """Return it as a person would name it: tcp/80 (nginx)."""
        place = "" if self.anywhere else f"@{self.address}"
        whose = ", ".join(dict.fromkeys(self.files)) or self.program
        return f"{self.protocol}/{self.port}{place}" + (f" ({whose})" if whose else "")


@dataclass(frozen=True)
class _Declared:
    """One entry of the declared list; None: any."""

    protocol: str
    first: int
    last: int
    address: str | None
    program: str | None

    def admits(self, socket: _Socket) -> bool:
        """Return whether a socket is what is declared."""
        same = self.protocol == socket.protocol and self.first <= socket.port <= self.last
        there = self.address is None or self.address == socket.address
        return same and there and (self.program is None or self._holds(socket.files))

    def _holds(self, files: Sequence[str]) -> bool:
        """Return whether the program alone holds a socket, or with systemd, which opened it for the
        program.
        """
        ours = [file for file in files if _runs_from(self.program or "", file)]
        return bool(ours) and all(
            file in ours or file.endswith("/lib/systemd/systemd") for file in files
        )


def subject(params: Params) -> str:
    """Return the declared ports."""
    return ", ".join(params.allowed) or "-"


def observe(host: Host, params: Params) -> State:
    """Ask ss for everything that listens.

    Raises:
        Unseen: there is no ss, or the rule asks whose a socket is and only root may see that.

    """
    listed, user, files = together(host, ("ss -H -tulpn",), ("id -u",), (_EXES,))
    declared = [_read(text) for text in params.allowed]
    if any(entry.program for entry in declared) and output_of(user).strip() != "0":
        raise Unseen(
            "whose a socket is, only root may see", "à qui est un socket, seul root peut le voir"
        )
    sockets = [
        socket
        for socket in _sockets(output_of(listed), files.stdout)
        if params.loopback or not socket.loopback
    ]
    undeclared = {
        socket.say() for socket in sockets if not any(entry.admits(socket) for entry in declared)
    }
    return State(tuple(sorted(undeclared)))


def wanted(
    params: Params,  # noqa: ARG001 -- the same whatever is declared
) -> Mapping[str, Condition]:
    """Return: nothing undeclared."""
    return {"undeclared": Equals(())}


def _read(text: str) -> _Declared:
    what, _, program = text.partition(" by ")
    what, _, address = what.partition("@")
    protocol, _, ports = what.partition("/")
    first, _, last = ("0-65535" if ports == "any" else ports).partition("-")
    span = (int(first), int(last or first))
    if span[0] > span[1] or span[1] > 65535:  # noqa: PLR2004 -- the highest port there is
        raise ValueError(f'"{text}": ports go up to 65535')
    return _Declared(
        protocol, *span, str(ip_address(address)) if address else None, program or None
    )


def _runs_from(program: str, file: str) -> bool:
    """Return whether a file is the program: by its path, or by its name in a folder of the system
    (of 15 letters).
    """
    if "/" in program:
        return fnmatchcase(file, program)
    name = file.rpartition("/")[2]
    return bool(_SYSTEM.match(file)) and (fnmatchcase(name, program) or name[:15] == program)


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _sockets(listed: str, exes: str) -> Sequence[_Socket]:
    """Return the sockets that `ss -H -tulpn` lists: netid, state, two queues, local, peer, users."""
    files = dict(re.findall(r"^/proc/(\d+)/exe (.*?)(?: \(deleted\))?$", exes, re.MULTILINE))
    found: list[_Socket] = []
    for line in listed.splitlines():
        words = line.split(None, 6)
        address, _, port = words[4].rpartition(":")
        address = re.sub(r"[\[\]]|%.*", "", address)
        # As above
        users = re.findall(r'\("([^"]*)",pid=(\d+)', words[6]) if len(words) > 6 else []  # noqa: PLR2004
        whose = tuple(files.get(pid, name) for name, pid in users)
        found.append(_Socket(words[0], address, int(port), users[0][0] if users else None, whose))
    return found
