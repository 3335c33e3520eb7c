"""Traffic takes the ways that are declared: no tunnel, no routing by rules, nothing answered for
other machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said, unapproved
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Asks the kernel for routing rules, routes, tunnels, bridges of network cards, IPsec "
        "policies and neighbours, "
        "and looks into the network’s settings for tunnels and routing rules of the next start."
    ),
    fr=(
        "Demande au noyau les règles de routage, les routes, les tunnels, les ponts entre cartes "
        "réseau, les politiques "
        "IPsec et les voisins, et cherche dans les réglages du réseau les tunnels et règles du "
        "prochain démarrage."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Find out what it serves (remote maintenance, a hypervisor); take it away, or approve it "
        "in the rule with its "
        "reason."
    ),
    fr=(
        "Retrouver à quoi cela sert (télémaintenance, hyperviseur) ; le retirer, ou l’approuver "
        "dans la règle avec sa "
        "raison."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Routes to single networks by another gateway, and which default gateway is the "
            "site’s, where the rule does "
            "not list it (gateways)."
        ),
        fr=(
            "Les routes vers un réseau donné par une autre passerelle, et quelle passerelle par "
            "défaut est celle de "
            "l’établissement, si la règle ne l’indique pas (gateways)."
        ),
    ),
    Text(
        en=(
            "Tunnels that a program keeps within itself (SSH forwarding, HTTP), routes of other "
            "network namespaces, and "
            "interfaces that are not up."
        ),
        fr=(
            "Les tunnels internes à un programme (redirections SSH, HTTP), les routes d’autres "
            "espaces de noms réseau, "
            "et les interfaces inactives."
        ),
    ),
)

_LINKS = "ip -o -details link show"
_WAYS = (
    "for f in 4 6; do echo rules; ip -$f -o rule; echo routes; ip -$f -o route; echo local;"
    " ip -$f -o route show table local type local; echo neighbours; ip -$f neigh show proxy;"
    " ip -$f neigh show nud permanent; done; echo ipsec; ip -o xfrm policy; echo balanced; cat "
    "/proc/net/ip_vs"
)
_FOLDERS = "/etc/systemd/network /run/systemd/network /usr/local/lib/systemd/network"
_PLANNED = (
    "grep -raHE '^ *(Kind *= "
    "*(wireguard|tun|tap|gre|gretap|ip6gre|ip6gretap|ipip|sit|ip6tnl|vti|vti6|xfrm|vxlan|geneve"
    "|l2tp|fou|erspan)|\\[RoutingPolicyRule\\]|type *= *(vpn|wireguard|tun|ip-tunnel))' "
    f"{_FOLDERS} /etc/NetworkManager/system-connections /run/NetworkManager/system-connections "
    f"2>/dev/null;"
    " grep -aHE '^ *iface .* (tunnel|ppp|v4tunnel|6to4)( |$)' /etc/network/interfaces "
    "/etc/network/interfaces.d/*"
    " 2>/dev/null; for f in /etc/wireguard/*.conf /etc/openvpn/*.conf /etc/openvpn/client/*.conf"
    " /etc/openvpn/server/*.conf /etc/swanctl/conf.d/*.conf /etc/tinc/*/tinc.conf; do"
    ' [ ! -s "$f" ] || echo "$f:"; done'
)
_NOT_THERE = re.compile(
    r"not supported|No such file|FIB table does not exist|Dump was interrupted|^Dump terminated"
)
_OWN_RULES = {
    "0: from all lookup local",
    "32766: from all lookup main",
    "32767: from all lookup default",
    "1000: from all lookup [l3mdev-table]",
}
_TUNNELS = re.compile(
    r"tun|wireguard|gre|gretap|ip6gre|ip6gretap|ipip|sit|ip6tnl|vti|vti6|xfrm|vxlan|geneve|l2tp\w*|erspan|ip6erspan|ppp"
    r"|gtp|ovpn|amt|bareudp|nlmon|openvswitch"
)
_TUNNEL_LINKS = (
    "link/ppp",
    "link/none",
    "link/gre",
    "link/gre6",
    "link/ipip",
    "link/sit",
    "link/tunnel6",
)
_DEAD = ("blackhole", "unreachable", "prohibit", "throw")


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    gateways: Annotated[
        tuple[str, ...] | None,
        Meta(description="Addresses of the default gateways that there may be; null: any"),
    ] = None
    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'What may be there, as globs: ["wg-maintenance *", "*/wg-maintenance.netdev:*",'
                ' "br0 *"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    rules: tuple[str, ...] = said("routing rules", "règles de routage")
    routes: tuple[str, ...] = said("routes that lead astray", "routes détournées")
    tunnels: tuple[str, ...] = said("tunnels and bridges", "tunnels et ponts")
    neighbours: tuple[str, ...] = said("neighbours set by hand", "voisins fixés à la main")
    planned: tuple[str, ...] = said("foreseen for the next start", "prévu au prochain démarrage")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "routes, tunnels"


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, and look into the settings.

    Raises:
        Unseen: the kernel does not tell, or there is no ip.

    """
    links, ways, planned = together(host, (_LINKS,), (_WAYS,), (_PLANNED,))
    parts = _parts(ways)
    tunnels = [*_tunnels(output_of(links)), *_ipsec(parts), *_balanced(parts["balanced"])]
    return State(
        rules=unapproved(
            (rule for rule in parts["rules"] if rule not in _OWN_RULES), params.approved
        ),
        routes=unapproved(
            [*_astray(parts["routes"], params), *_claimed(parts["local"])], params.approved
        ),
        tunnels=unapproved(tunnels, params.approved),
        neighbours=unapproved(parts["neighbours"], params.approved),
        planned=unapproved(
            (line.rstrip(":") for line in planned.stdout.splitlines()), params.approved
        ),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("rules", "routes", "tunnels", "neighbours", "planned"), Equals(()))


def _parts(ways: CommandResult) -> Mapping[str, list[str]]:
    """Return the answers by question; a kernel without one of these things has nothing of it."""
    problems = [line for line in ways.stderr.splitlines() if not _NOT_THERE.search(line)]
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in ways.stdout.splitlines():
        words = " ".join(line.replace("\\", " ").split())
        if words in ("rules", "routes", "local", "neighbours", "ipsec", "balanced"):
            lines = parts.setdefault(words, [])
        elif words:
            lines.append(words)
    if problems or "balanced" not in parts:
        raise Unseen((problems or ["the kernel does not tell its routes"])[0])
    return parts


def _astray(routes: Sequence[str], params: Params) -> Iterator[str]:
    """Yield routes that lose packets, wrap them up, or come before the default one for half of all
    addresses.
    """
    for route in routes:
        first, *rest = route.split()
        wide = re.fullmatch(r"[0-9a-f:.]+/([1-7])", rest[0] if first in _DEAD and rest else first)
        dead = first in _DEAD and "proto kernel" not in route  # IPv6 has such ones of its own
        if dead or wide or first == "local" or " encap " in route:
            yield route
        elif first == "default" and params.gateways is not None:
            found = re.search(r" via (?:inet6 )?(\S+)", route)
            if not found or found[1] not in params.gateways:
                yield route


def _claimed(local: Sequence[str]) -> Iterator[str]:
    """Yield addresses that the host answers as its own, though no interface has them."""
    yield from (f"local {route}" for route in local if "proto kernel" not in route)


def _tunnels(links: str) -> Iterator[str]:
    for line in links.splitlines():
        found = re.match(r"\d+: ([^:@\s]+)(?:@\S+)?: <([^>]*)>", line)
        if not found or "UP" not in found[2].split(","):
            continue
        parts = [part.split() for part in line.split("\\")[1:]]
        link = parts[0][0] if parts and parts[0] else ""
        kinds = [part[0] for part in parts[1:] if part]
        kind = next((one for one in kinds if _TUNNELS.fullmatch(one)), "")
        if kind or link in _TUNNEL_LINKS:
            yield f"{found[1]} {kind or link}"
        elif kinds[:1] == [
            "bridge_slave"
        ]:  # a card of its own; a machine's end of a container has a kind
            master = re.search(r" master (\S+)", line)
            yield f"{master[1] if master else '?'} bridge of {found[1]}"


def _ipsec(parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from (f"ipsec {policy}" for policy in parts["ipsec"] if " dir " in policy)


def _balanced(printed: Sequence[str]) -> Iterator[str]:
    yield from (f"ipvs {line}" for line in printed if re.match(r"(?:TCP|UDP|SCTP|FWM) ", line))
