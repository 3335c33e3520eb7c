"""Nothing listens on the network but what is declared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, output_of, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en="Lists the sockets on which programs listen (ss) and compares port, address and program with the declared ones.",
    fr="Liste les sockets en écoute (ss) et compare port, adresse et programme à ceux qui sont déclarés.",
)
PUT_RIGHT = Text(
    en="Stop the program, bind it to the loopback address, or declare its port.",
    fr="Arrêter le programme, le lier à l’adresse de bouclage, ou déclarer son port.",
)

_PORTS = r"(?:any|[0-9]{1,5}(?:-[0-9]{1,5})?)"
_ALLOWED = rf"^(tcp|udp)/{_PORTS}(@[0-9a-fA-F:.]+)?( by [^\s]+)?$"
_FORM = (
    'Port, then where it may be bound and whose it may be: "tcp/22 by sshd", "tcp/5432@127.0.0.1", "udp/any by named"'
)
Allowed = Annotated[str, Meta(pattern=_ALLOWED)]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    allowed: Annotated[tuple[Allowed, ...], Meta(description=_FORM)]
    loopback: Annotated[bool, Meta(description="Whether what only this machine can reach must be declared as well")] = (
        False
    )

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

    @property
    def anywhere(self) -> bool:
        return self.address in ("0.0.0.0", "::", "*")  # noqa: S104 -- what ss prints, not what is bound here

    @property
    def loopback(self) -> bool:
        return not self.anywhere and ip_address(self.address).is_loopback

    def say(self) -> str:
        """Return it as a person would name it: tcp/80 (nginx)."""
        place = "" if self.anywhere else f"@{self.address}"
        return f"{self.protocol}/{self.port}{place}" + (f" ({self.program})" if self.program else "")


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
        return same and there and self.program in (None, socket.program)


def subject(params: Params) -> str:
    """Return the declared ports."""
    return ", ".join(params.allowed) or "-"


def observe(host: Host, params: Params) -> State:
    """Ask ss for everything that listens.

    Raises:
        Unseen: there is no ss, or the rule asks whose a socket is and only root may see that.

    """
    listed, user = host.run("ss -H -tulpn"), host.run("id -u")
    declared = [_read(text) for text in params.allowed]
    if any(entry.program for entry in declared) and output_of(user).strip() != "0":
        raise Unseen("whose a socket is, only root may see", "à qui est un socket, seul root peut le voir")
    sockets = [socket for socket in _sockets(output_of(listed)) if params.loopback or not socket.loopback]
    undeclared = {socket.say() for socket in sockets if not any(entry.admits(socket) for entry in declared)}
    return State(tuple(sorted(undeclared)))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the same whatever is declared
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
    return _Declared(protocol, *span, str(ip_address(address)) if address else None, program or None)


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _sockets(listed: str) -> Sequence[_Socket]:
    """Return the sockets that `ss -H -tulpn` lists: netid, state, two queues, local, peer, users."""
    found: list[_Socket] = []
    for line in listed.splitlines():
        words = line.split(None, 6)
        address, _, port = words[4].rpartition(":")
        address = re.sub(r"[\[\]]|%.*", "", address)
        users = re.search(r'\("([^"]*)"', words[6]) if len(words) > 6 else None  # noqa: PLR2004 -- as above
        found.append(_Socket(words[0], address, int(port), users[1] if users else None))
    return found
