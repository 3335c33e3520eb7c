"""Nothing leads around the packet filter: no standing exception, no redirection, no other filter
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads all tables of nftables with the elements of their sets: exceptions of Tuile’s own "
        "table without end, "
        "redirections to this machine and packets taken out of tracking in others; asks the "
        "kernel for tables of the old "
        "iptables, and the links for what sees packets before the filter does (XDP, tc, "
        "promiscuous mode)."
    ),
    fr=(
        "Lit toutes les tables de nftables avec les éléments de leurs ensembles : exceptions sans "
        "fin dans la table de "
        "Tuile, redirections vers la machine et paquets retirés du suivi dans les autres ; "
        "demande au noyau les tables de "
        "l’ancien iptables, et aux interfaces ce qui voit les paquets avant le filtre (XDP, tc, "
        "mode promiscuité)."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the element, the rule or the program away, or approve it in the rule with its "
        "reason; flush the tables of "
        "iptables-legacy."
    ),
    fr=(
        "Retirer l’élément, la règle ou le programme, ou l’approuver dans la règle avec sa raison "
        "; vider les tables "
        "d’iptables-legacy."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Filters in other network namespaces, ebtables-legacy, and BPF programs attached to"
            " control groups."
        ),
        fr=(
            "Les filtres d’autres espaces de noms réseau, ebtables-legacy, et les programmes BPF "
            "attachés à des groupes "
            "de contrôle."
        ),
    ),
)

_RULESET = "nft -s list ruleset"
_LEGACY = (
    "cat /proc/net/ip_tables_names /proc/net/ip6_tables_names /proc/net/arp_tables_names"
    " 2>/dev/null"
)
_LINKS = "ip -o -details link show"
_QUEUES = "tc qdisc show"
_OWN = "inet tuile"
_AROUND = re.compile(
    r"\b(?:redirect|tproxy|notrack|queue|fwd to|dup to|ct helper set)\b|\bdnat (?:ip6? )?to"
    r" (?:127\.|\[?::1)"
)
_LONG = re.compile(r"timeout (?:\d+w|[2-9]d|\d\d+d|1d[1-9])")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Ways that may be there, as globs: ["ip nat *", "br-lan *clsact*"] for what the'
                " site runs"
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    standing: tuple[str, ...] = said("exceptions without end", "exceptions sans fin")
    around: tuple[str, ...] = said("rules that lead around it", "règles qui la contournent")
    before: tuple[str, ...] = said("ahead of it", "placés avant")
    legacy: tuple[str, ...] = said("tables of the old iptables", "tables de l’ancien iptables")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "nftables"


def observe(host: Host, params: Params) -> State:
    """Ask nft, the kernel and the links.

    Raises:
        Unseen: not root, or there is no nft.

    """
    ruleset, legacy, links, queues = together(host, (_RULESET,), (_LEGACY,), (_LINKS,), (_QUEUES,))
    tables = _tables(output_of(ruleset))
    around = (
        f"{table} {line}" for table, lines in tables.items() if table != _OWN for line in lines
    )
    return State(
        standing=tuple(_standing(tables.get(_OWN, ()))),
        around=_others((line for line in around if _AROUND.search(line)), params),
        before=_others(_before(links, queues), params),
        legacy=_others(iter(legacy.stdout.split()), params),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("standing", "around", "before", "legacy"), Equals(()))


def _tables(ruleset: str) -> Mapping[str, Sequence[str]]:
    """Return the lines of each table; the elements of a set, which nft breaks over many lines, on
    one.
    """
    tables: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in re.sub(r",\s*\n\s*", ", ", ruleset).splitlines():
        if found := re.match(r"table (\S+ \S+) \{", line):
            lines = tables.setdefault(found[1], [])
        else:
            lines.append(line.strip())
    return tables


def _standing(lines: Sequence[str]) -> Iterator[str]:
    """Yield the elements of Tuile's sets that do not end within a day: a role gives each a day, and
    no more.
    """
    for line in lines:
        if found := re.match(r"elements = \{(.*)\}", line):
            for element in map(str.strip, found[1].split(",")):
                if "timeout" not in element or _LONG.search(element):
                    yield element


def _before(links: CommandResult, queues: CommandResult) -> Iterator[str]:
    for line in links.stdout.splitlines():
        if re.search(r"\b(?:xdp|prog/xdp)", line):
            yield f"{line.split(':')[1].strip()} xdp"
        if re.search(
            r"<[^>]*\bPROMISC\b", line
        ):  # set by hand: a sniffer or a bridge counts elsewhere
            yield f"{line.split(':')[1].strip()} promisc"
    for line in queues.stdout.splitlines():
        if found := re.match(r"qdisc (clsact|ingress)\b.*\bdev (\S+)", line):
            yield f"{found[2]} {found[1]}"


def _others(found: Iterator[str], params: Params) -> tuple[str, ...]:
    return tuple(
        one for one in found if not any(fnmatchcase(one, glob) for glob in params.approved)
    )
