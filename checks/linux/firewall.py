"""What comes in over the network and is not declared is dropped, now and from the next boot on
(nftables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import ndiff
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.linux.resources.unit import UNIT as UNIT_RESOURCE
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, listed
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Compares Tuile’s own table in the kernel, and the one that the next boot loads, with the "
        "declared services; "
        "both are read as this host’s nft prints them, the latter in an empty network namespace."
    ),
    fr=(
        "Compare aux services déclarés la table propre à Tuile dans le noyau et celle que le "
        "prochain démarrage charge, "
        "toutes deux telles que le nft de la machine les affiche, la seconde dans un espace de "
        "noms réseau vide."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the table and the unit that loads it at boot, checked by nft, and loads it. Other "
        "tables stay, and so "
        "do sessions that are open. What would shut out the login that Tuile comes by is refused."
    ),
    fr=(
        "Écrit la table et l’unité qui la charge au démarrage, vérifiées par nft, puis la charge. "
        "Les autres tables "
        "restent, les sessions ouvertes aussi. Ce qui couperait l’accès par lequel Tuile arrive "
        "est refusé."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="What leads packets around this table: firewall_bypass looks for it.",
        fr="Ce qui contourne cette table : firewall_bypass le cherche.",
    ),
)

TABLE = "/etc/nftables.d/tuile.nft"
UNIT = "tuile-firewall.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
UNIT_TEXT = f"""\
[Unit]
Description=Packet filter of Tuile
Documentation=man:nft(8)
DefaultDependencies=no
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Wants=network-pre.target
Before=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f {TABLE}
ExecReload=/usr/sbin/nft -f {TABLE}
ExecStop=-/usr/sbin/nft delete table inet tuile

[Install]
WantedBy=sysinit.target
"""
"""A unit of its own: nftables.service flushes all tables, those of containers too, and its file is
the site's.
"""

_HEAD = """\
table inet tuile
delete table inet tuile
table inet tuile {
	# Sessions that stood when the table was first loaded, which the kernel had not tracked.
	set standing4 { type ipv4_addr . inet_service . inet_service; flags timeout; }
	set standing6 { type ipv6_addr . inet_service . inet_service; flags timeout; }

	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ip saddr 127.0.0.0/8 drop
		ip6 saddr ::1 drop
		ct state vmap { established : accept, related : accept, invalid : drop }
		ip saddr . tcp sport . tcp dport @standing4 accept
		ip6 saddr . tcp sport . tcp dport @standing6 accept
		icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } accept
		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request } accept
		icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept
		udp sport 67 udp dport 68 accept
		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
"""
_FORWARD = """\

	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
	}
"""
_PROTOCOLS = {"igmp": 2, "gre": 47, "esp": 50, "ah": 51, "vrrp": 112}
_LISTED = "nft -s list table inet tuile"
_OF_TEXT = (
    "unshare --net sh -c 'printf %%s \"$1\" | nft -f - && nft -s list table inet tuile' sh %s"
)
_OF_FILE = "unshare --net sh -c 'nft -f /etc/nftables.d/tuile.nft && nft -s list table inet tuile'"
_UNITS = (
    'for u in tuile-firewall ufw firewalld; do echo "$u $(systemctl is-enabled $u.service'
    ' 2>/dev/null)"; done'
)
_STARTS = f"systemctl show --property=ExecStart,NeedDaemonReload {UNIT}"
_LISTENING = "ss -H -tulpn"
_LOGIN = (
    'p=$$; while [ "${p:-1}" -gt 1 ]; do'
    " tr '\\0' '\\n' <\"/proc/$p/environ\" | grep -a '^SSH_CONNECTION=' && break;"
    " p=$(sed -n 's/^PPid:[^0-9]*//p' \"/proc/$p/status\"); done"
)
"""The connection that this shell came by: sudo takes it out of the environment, but not out of its
parents'.
"""

_PASSING = re.compile(
    r"[^{},\n]+ timeout (?:1d|(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)(?:,\s*|\s*(?=\}))"
)
_CLOSES = re.compile(
    r"\+ (?!.*(?:accept|jump|goto|map|queue|\{|\}|policy)).*(?:drop|reject(?: with .*)?)"
)
"""A rule of the site's own that only shuts somebody out."""

_PORTS = r"(?:tcp|udp|sctp)/[0-9]{1,5}(?:-[0-9]{1,5})?"
_SERVICE = rf"^(?:{_PORTS}|{'|'.join(_PROTOCOLS)})(?: from [0-9a-fA-F:./,]+)?$"
Service = Annotated[str, Meta(pattern=_SERVICE)]
_SERVICES = (
    'What may come in: "tcp/22", "tcp/104 from 192.0.2.0/24,2001:db8::/64", "udp/6000-6010", "vrrp"'
)
Networks = Sequence[IPv4Network | IPv6Network]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    services: Annotated[tuple[Service, ...], Meta(description=_SERVICES)]
    forward: Annotated[
        Literal["deny", "any"],
        Meta(description="Whether packets may pass through this machine (containers need any)"),
    ] = "any"

    def __post_init__(self) -> None:
        """Refuse ports and networks that there are none of."""
        for service in self.services:
            what, _ = _read(service)
            ports = [int(port) for port in what.partition("/")[2].split("-") if port]
            # TCP's own
            if ports != sorted(ports) or any(port < 1 or port > 65535 for port in ports):  # noqa: PLR2004
                raise ValueError(f'"{service}": ports go from 1 to 65535')


@dataclass(frozen=True)
class State:
    """What was seen on a host; rules with a sign before them: "+" is not declared, "-" is missing."""

    installed: bool = said("nftables installed", "nftables installé")
    running: tuple[str, ...] | None = said(
        "loaded rules that differ", "règles chargées qui diffèrent"
    )
    boot: tuple[str, ...] | None = said(
        "rules of the next boot that differ", "règles du prochain démarrage qui diffèrent"
    )
    starts: bool = said("loaded at boot", "chargé au démarrage")
    manager: str | None = said("packet filter also managed by", "filtrage géré aussi par")
    logins: tuple[str, ...] = said("logged in from", "connecté depuis")
    cut: tuple[str, ...] = said("listening, and not declared", "à l’écoute, et non déclaré")


def subject(params: Params) -> str:  # noqa: ARG001 -- one table a host
    """Return the table."""
    return "inet tuile"


def observe(host: Host, params: Params) -> State:
    """Ask nft for the table in the kernel, for what the file makes and for what it should be; each
    in its own words.

    Raises:
        Unseen: not root, or no network namespace can be made to try the file in.

    """
    questions = (
        (_LISTED,),
        (_OF_FILE,),
        (_OF_TEXT, _table(params)),
        (_UNITS,),
        (_STARTS,),
        (_LOGIN,),
        (_LISTENING,),
    )
    running, boot, wanted, units, starts, login, listening = together(host, *questions)
    around = (_manager(units), _logins(login, listening), _cut(params.services, listening))
    if running.rc == 127:  # noqa: PLR2004 -- the shell's "not found", POSIX sh 2.8.2
        # Nothing installed, nothing started
        return State(False, None, None, False, *around)  # noqa: FBT003
    rules = _rules(output_of(wanted))
    starting = _starts(output_of(units), output_of(starts))
    return State(True, _differences(rules, running), _differences(rules, boot), starting, *around)  # noqa: FBT003


def wanted(
    params: Params,  # noqa: ARG001 -- the differences are from what it says
) -> Mapping[str, Condition]:
    """Return no difference, now and after a reboot, and nobody else at work on the same filter."""
    there = dict.fromkeys(("installed", "starts"), Equals(value=True))
    return there | {"running": Equals(()), "boot": Equals(()), "manager": Equals(None)}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the table's file, and the unit that loads it (and takes the table away when it is
    stopped).
    """
    return (FILE(TABLE), FILE(UNIT_FILE), UNIT_RESOURCE(UNIT), RELOAD(UNIT))


def edit(draft: Draft, params: Params) -> str:
    """Return the table's file or the unit.

    Raises:
        Unseen: another program manages the filter, or the rule would shut out the login that Tuile
            comes by, or cut
            off a service that listens: nobody loses images because a flow was forgotten.

    """
    manager = draft.seen.get("manager")
    if manager:
        raise Unseen(
            f"{manager} manages the packet filter here: disable it, or switch this rule off",
            f"{manager} gère le filtrage ici : le désactiver, ou désactiver cette règle",
        )
    for login in listed(draft.seen.get("logins")):
        if not _admits(params.services, *login.split()):
            raise Unseen(
                f"would shut out the login ({login.replace(' ', ' to tcp/')}): declare it in"
                " services",
                f"couperait l’accès ({login.replace(' ', ' vers tcp/')}) : le déclarer dans"
                " services",
            )
    if cut := ", ".join(listed(draft.seen.get("cut"))):
        raise Unseen(
            f"would cut off what listens: {cut}. Declare it in services, or stop it",
            f"couperait ce qui est à l’écoute : {cut}. Le déclarer dans services, ou l’arrêter",
        )
    head = start(replace(draft, text=None))
    return f"{head}\n{_table(params) if draft.path == TABLE else UNIT_TEXT}"


def _table(params: Params) -> str:
    rules = "".join(f"\t\t{rule}\n" for service in params.services for rule in _accept(service))
    forward = _FORWARD if params.forward == "deny" else ""
    return f"{_HEAD}{rules}\t}}\n{forward}}}\n"


def _accept(service: str) -> Iterator[str]:
    """Yield the rules for one service: one for anywhere, or one a family."""
    what, networks = _read(service)
    protocol, _, ports = what.partition("/")
    match = f"{protocol} dport {ports}" if ports else f"meta l4proto {_PROTOCOLS[protocol]}"
    if not networks:
        yield f"{match} accept"
    for family, version in (("ip", 4), ("ip6", 6)):
        same = [network for network in networks if network.version == version]
        chosen = [str(network) for network in collapse_addresses(same)]  # type: ignore[type-var]
        if chosen:
            source = chosen[0] if len(chosen) == 1 else f"{{ {', '.join(chosen)} }}"
            yield f"{family} saddr {source} {match} accept"


def _read(service: str) -> tuple[str, Networks]:
    """Return what a service is and the networks that it is for; none: for all."""
    what, _, networks = service.partition(" from ")
    return what, [ip_network(network) for network in networks.split(",") if network]


def _rules(listed: str) -> list[str]:
    """Return the lines, without the elements of sets that leave within a day: sessions that stood
    at the first load.
    """
    lines = map(str.strip, _PASSING.sub("", listed).splitlines())
    return [line for line in lines if not re.fullmatch(r"elements = \{\s*\}", line)]


def _differences(wanted: Sequence[str], listed: CommandResult) -> tuple[str, ...] | None:
    """Return what a table has beyond what is wanted ("+") and what it lacks ("-"); None: there is
    no table.
    """
    if listed.rc != 0 and "unshare failed" not in listed.stderr:
        if "permitted" in listed.stderr:
            output_of(listed)
        return None
    found = _rules(output_of(listed))
    return tuple(
        line
        for line in ndiff(wanted, found)
        if line[0] in "+-" and line[2:] and not _CLOSES.fullmatch(line)
    )


def _starts(units: str, starts: str) -> bool:
    loads = re.search(
        rf"^ExecStart=.*argv\[\]=\S*/nft -f {re.escape(TABLE)} ;", starts, re.MULTILINE
    )
    return (
        "tuile-firewall enabled" in units.splitlines()
        and bool(loads)
        and "NeedDaemonReload=no" in starts
    )


def _manager(units: CommandResult) -> str | None:
    enabled = (line.split() for line in output_of(units).splitlines())
    return next(
        (
            words[0]
            for words in enabled
            if words[1:] == ["enabled"] and words[0] != "tuile-firewall"
        ),
        None,
    )


def _logins(login: CommandResult, listening: CommandResult) -> tuple[str, ...]:
    """Return "ADDRESS PORT" of the login, or, where it is not over SSH, "any PORT" for each port of
    sshd.
    """
    found = re.match(r"SSH_CONNECTION=(\S+) \d+ \S+ (\d+)$", login.stdout.strip())
    if found:
        return (f"{found[1].partition('%')[0]} {found[2]}",)
    ports = re.findall(
        r'^tcp\s+LISTEN\s+\d+\s+\d+\s+\S*:(\d+)\s.*\("(?:sshd|dropbear)"',
        listening.stdout,
        re.MULTILINE,
    )
    return tuple(f"any {port}" for port in sorted(set(ports)))


def _cut(services: Sequence[str], listening: CommandResult) -> tuple[str, ...]:
    """Return the TCP ports on which something listens beyond this machine, and that no service
    declares.
    """
    line = r'^tcp\s+LISTEN\s+\d+\s+\d+\s+(?!127\.|\[::1\])\S*:(\d+)\s+\S+(?:\s+users:\(\("([^"]+))?'
    found = {(int(port), name) for port, name in re.findall(line, listening.stdout, re.MULTILINE)}
    return tuple(
        f"tcp/{port} ({name or '?'})"
        for port, name in sorted(found)
        if not _admits(services, "any", str(port))
    )


def _admits(services: Sequence[str], address: str, port: str) -> bool:
    """Return whether one of the services lets a login in; "any" address: whether one is for that
    port at all.
    """
    for service in services:
        what, networks = _read(service)
        protocol, _, ports = what.partition("/")
        first, _, last = ports.partition("-")
        if protocol != "tcp" or not int(first) <= int(port) <= int(last or first):
            continue
        if (
            not networks
            or address == "any"
            or any(ip_address(address) in network for network in networks)
        ):
            return True
    return False
