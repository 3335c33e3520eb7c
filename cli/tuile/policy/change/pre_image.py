"""What is kept of a host before an apply, so that it can be put back exactly, and how an apply of it ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuile.policy.change.remediation import Fix, KindFix
from tuile.policy.kind import Touches, is_plain
from tuile.policy.model import HostResult, Outcome, Risk
from tuile.policy.text import Text

WITHIN = 120.0
"""Seconds within which an apply is confirmed, unless told otherwise."""
APT_MARKS = "/var/lib/apt/extended_states"
"""Which packages came along with others (apt-mark(8)): written with every package that comes or goes."""
LINKS = ("/etc/systemd/system", "/run/systemd/system", *(f"/etc/rc{level}.d" for level in "0123456S"))
"""The folders whose links say which units start: what `systemctl enable` and `mask` change."""
ACCOUNT_BACKUPS = tuple(f"/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid"))
"""What the programs that change accounts keep of the files as they were before."""
NFTABLES = "nftables.service"
_NFT = re.compile(r"^/etc/nftables|\.nft$")


class Ending(StrEnum):
    """How an apply of one host ended."""

    confirmed = "confirmed"
    put_back = "put_back"
    """Something went wrong, and all was put back as it had been."""
    put_back_itself = "put_back_itself"
    """Nobody confirmed in time: the host put all back by itself."""
    unknown = "unknown"
    """It was not heard from again: by itself it is as it was, once its time is over."""
    undone = "undone"
    """It was confirmed, and undone afterwards."""


@dataclass(frozen=True)
class PreImage:
    """What was kept on a host: under which id, the digest of what stood there, and what each rule may change."""

    id: str
    digest: str
    things: Mapping[str, tuple[str, ...]]
    """By rule; each thing as the host's program names it, "file=/etc/issue"."""


@dataclass(frozen=True)
class GuardOutcome:
    """How a host was guarded while rules were put right on it."""

    id: str
    until: datetime
    """When it would have put itself back, as foreseen when the engine started."""
    seconds: float
    """How long the engine took."""
    ending: Ending
    after: str = ""
    """The digest of what stood there when it was confirmed."""
    why: Text | None = None
    """Why it was put back, or is not known."""
    trouble: tuple[str, ...] = ()
    """Things that could not be put back."""


@dataclass(frozen=True)
class ApplyRecord:
    """One apply of one host, as the store has it."""

    run: int
    host: str
    at: datetime
    engine: str
    kept: PreImage
    after: str = ""
    """The digest of what stood there when it was confirmed."""
    ending: Ending | None = None
    """None: nobody knows; the host put itself back, unless the controller died in the moment of confirming."""


def things_of(fix: Fix) -> tuple[str, ...]:
    """Return what putting a rule right may change, as the host's program names it; nothing is named twice.

    A name with a line end or another control character is left out: no role changes what bears it.
    """
    return tuple(dict.fromkeys(f"{sort}={name}" for sort, name in _things(fix) if is_plain(name)))


def things_by_rule(kinds: Iterable[KindFix]) -> dict[str, tuple[str, ...]]:
    """Return what an apply of one host may change, by rule."""
    return {fix.planned.rule.id: things_of(fix) for kind in kinds for fix in kind.fixes}


def failed_fixes(kinds: Iterable[KindFix], after: HostResult) -> tuple[Fix, ...]:
    """Return what was to be put right by kinds that failed, and does not hold now."""
    held = {verdict.rule for verdict in after.verdicts if verdict.outcome in (Outcome.passed, Outcome.pending)}
    return tuple(fix for kind in kinds for fix in kind.fixes if fix.planned.rule.id not in held)


def things_only_of(fixes: Iterable[Fix], kinds: Iterable[KindFix]) -> tuple[str, ...]:
    """Return what these may change and no other fix of all kinds does."""
    own = {fix.planned.rule.id: things_of(fix) for fix in fixes}
    rest = (fix for kind in kinds for fix in kind.fixes if fix.planned.rule.id not in own)
    others = {thing for fix in rest for thing in things_of(fix)}
    return tuple(dict.fromkeys(thing for things in own.values() for thing in things if thing not in others))


def is_risky(fix: Fix) -> bool:
    """Return whether putting it right may cost the way in, or a service that others need."""
    return fix.planned.rule.risk in (Risk.access, Risk.service)


def _things(fix: Fix) -> Iterator[tuple[str, str]]:
    touches = fix.touches
    own = "attributes" if fix.kind.edit is None else "file"
    yield from ((own, path) for path in touches.files)
    yield from (("file", path) for path in touches.regenerates)
    yield from (("attributes", path) for path in touches.modes)
    for sort in ("sysctl", "module", "mount", "unit", "reload", "account"):
        yield from ((sort, name) for name in getattr(touches, f"{sort}s"))
    yield from (("removes", name) for name in touches.packages)
    yield from _along(touches)


def _along(touches: Touches) -> Iterator[tuple[str, str]]:
    """Yield what changes along with what is touched."""
    if touches.packages:
        yield "packages", "all"
        yield "accounts", "all"
        yield "file", APT_MARKS
    if touches.accounts or touches.packages:
        yield from (("file", path) for path in ACCOUNT_BACKUPS)
    if touches.packages or touches.units:
        yield from (("links", folder) for folder in LINKS)
    if NFTABLES in (*touches.units, *touches.reloads) or any(_NFT.search(path) for path in touches.files):
        yield "firewall", "nftables"
    if any(path.startswith("/etc/audit/") for path in touches.files):
        yield "audit", "kernel"
