"""Names and accounts are looked up where the site says, and no file of the host leads a server's
name astray.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from tuile.platforms.posix_shell.commands import text_found, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said, unapproved
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads /etc/hosts, resolv.conf and nsswitch.conf, asks systemd-resolved where it runs, "
        "and gathers from the "
        "host’s settings the names of its package sources, proxies, time and log servers, which "
        "no file may answer."
    ),
    fr=(
        "Lit /etc/hosts, resolv.conf et nsswitch.conf, interroge systemd-resolved s’il tourne, et "
        "relève dans les "
        "réglages de la machine les noms de ses dépôts, mandataires, serveurs de temps et de "
        "journaux, auxquels aucun "
        "fichier ne doit répondre."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the line or the service out, or approve it in the rule (approved); give the site’s "
        "own name servers there "
        "(nameservers)."
    ),
    fr=(
        "Retirer la ligne ou le service, ou l’approuver dans la règle (approved) ; y indiquer les "
        "serveurs DNS de "
        "l’établissement (nameservers)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "Which of the name servers in the permitted ranges are the site’s, where the rule "
            "does not list them; what "
            "they answer, and whom a resolver on the host itself (dnsmasq, unbound, nscd) asks."
        ),
        fr=(
            "Lesquels des serveurs DNS, dans les plages admises, sont ceux de l’établissement, si "
            "la règle ne les "
            "énumère pas ; ce qu’ils répondent, et qui un résolveur de la machine (dnsmasq, "
            "unbound, nscd) interroge."
        ),
    ),
    Text(
        en=(
            "Lines of /etc/hosts for other names than those that the host’s settings or the rule "
            "name, and the order "
            "in which addresses are tried (gai.conf, host.conf)."
        ),
        fr=(
            "Les lignes de /etc/hosts pour d’autres noms que ceux des réglages de la machine ou "
            "de la règle, et l’ordre "
            "dans lequel les adresses sont essayées (gai.conf, host.conf)."
        ),
    ),
)

_SOURCES = (
    "grep -aHn '' /etc/apt/sources.list /etc/apt/sources.list.d/*.list"
    " /etc/apt/sources.list.d/*.sources"
)
_APT = "apt-config dump"
_FILES = "grep -aH '' /etc/hosts /etc/nsswitch.conf /etc/resolv.conf"
_NOW = (
    "echo name $(uname -n); echo link $(readlink -f /etc/resolv.conf);"
    " systemctl --quiet is-active systemd-resolved && { resolvectl dns || echo unanswered; }"
)
_SERVERS = (
    "grep -ahE '^[^#]*(server|pool|peer|target|@|URL|NTP)' /etc/chrony/chrony.conf "
    "/etc/chrony/conf.d/*.conf"
    " /etc/chrony/sources.d/*.sources /etc/rsyslog.conf /etc/rsyslog.d/*.conf "
    "/etc/systemd/journal-upload.conf"
    " /etc/systemd/journal-upload.conf.d/*.conf /etc/systemd/timesyncd.conf "
    "/etc/systemd/timesyncd.conf.d/*.conf"
    " 2>/dev/null"
)
_NAMED = re.compile(
    r"^\s*(?:server|pool|peer)\s+([\w.-]+)|\btarget\s*=\s*\"([\w.-]+)\"|\s@@?(?:\([^)]*\))?([\w.-]+)"
    r"|^\s*URL=(?:https?://)?([\w.-]+)|^\s*(?:Fallback)?NTP=(.+)$",
    re.MULTILINE | re.IGNORECASE,
)
_ACCOUNTS = ("passwd", "group", "shadow", "gshadow", "initgroups")
_OWN_LINKS = re.compile(
    r"/etc/\S+|/run/(?:systemd/resolve|resolvconf|NetworkManager|connman|dhcpcd)/\S+|/usr/lib/\S+|"
)

Network = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$")]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    nameservers: Annotated[
        tuple[Network, ...],
        Meta(
            min_length=1,
            description=(
                "Addresses or networks that may be asked; by default those of a private site"
            ),
        ),
    ] = (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1",
    )
    search: Annotated[
        tuple[str, ...] | None, Meta(description="Domains that may complete short names; null: any")
    ] = None
    sources: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Services of nsswitch.conf that may answer, "netgroup: nis" for one kind of'
                " question only"
            )
        ),
    ] = (
        "files",
        "compat",
        "db",
        "dns",
        "systemd",
        "myhostname",
        "mymachines",
        "resolve",
        "mdns_minimal",
        "mdns4_minimal",
        "mdns6_minimal",
        "sss",
        "winbind",
        "netgroup: nis",
    )
    guarded: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Names that no file may answer besides: ["*.debian.org", "labo.chu.example"]'
            )
        ),
    ] = ("*.debian.org",)
    approved: Annotated[
        tuple[str, ...],
        Meta(description='What may be there, * for anything: ["10.1.2.3 journaux.chu.example"]'),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse networks that there are none of."""
        for network in self.nameservers:
            ip_network(network, strict=False)


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    hosts: tuple[str, ...] = said(
        "names that /etc/hosts leads astray", "noms détournés par /etc/hosts"
    )
    servers: tuple[str, ...] = said("name servers that are not permitted", "serveurs DNS non admis")
    sources: tuple[str, ...] = said(
        "sources of names and accounts", "sources de noms et de comptes"
    )
    settings: tuple[str, ...] = said("settings of the lookup", "réglages de la recherche")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "hosts, DNS, NSS"


def observe(host: Host, params: Params) -> State:
    """Read the files, and ask the resolver that runs.

    Raises:
        Unseen: a file cannot be read, or systemd-resolved runs and does not answer.

    """
    questions = ((_FILES,), (_NOW,), (_SERVERS,), (_SOURCES,), (_APT,))
    files, now, servers, sources, apt = together(host, *questions)
    lines = _lines(files)
    facts = now.stdout.splitlines()
    if "unanswered" in facts:
        raise Unseen("systemd-resolved does not answer", "systemd-resolved ne répond pas")
    guarded = (*params.guarded, *_named(servers.stdout, sources.stdout, apt.stdout))
    resolver = [line.split() for line in lines.get("/etc/resolv.conf", ()) if line[:1] not in "#;"]
    switch = [line.partition("#")[0] for line in lines.get("/etc/nsswitch.conf", ())]
    return State(
        hosts=unapproved(
            _astray(lines.get("/etc/hosts", ()), guarded, _fact(facts, "name")), params.approved
        ),
        servers=unapproved(_foreign(resolver, facts, params), params.approved),
        sources=unapproved(_unknown(switch, params), params.approved),
        settings=unapproved(
            [*_settings(resolver, _fact(facts, "link"), params), *_order(switch)], params.approved
        ),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("hosts", "servers", "sources", "settings"), Equals(()))


def _lines(read: CommandResult) -> Mapping[str, Sequence[str]]:
    files: dict[str, list[str]] = {}
    for line in text_found(read).splitlines():
        path, _, text = line.partition(":")
        if text.strip():
            files.setdefault(path, []).append(text.strip())
    return files


def _fact(facts: Sequence[str], name: str) -> str:
    return next((line.partition(" ")[2] for line in facts if line.startswith(f"{name} ")), "")


def _named(servers: str, sources: str, apt: str) -> Iterator[str]:
    """Yield, in small letters, the names of the servers that the host's settings name."""
    for found in _NAMED.finditer(servers):
        yield from (name.lower() for name in " ".join(filter(None, found.groups())).split())
    proxies = re.findall(r'^Acquire::\S*::Proxy\S* "(.*)";$', apt, re.MULTILINE | re.IGNORECASE)
    for url in [*re.findall(r"\b(?:https?|ftp)://[^\s\"\]]+", sources), *proxies]:
        if name := urlsplit(url).hostname:
            yield name.lower()


def _astray(lines: Sequence[str], guarded: Sequence[str], own: str) -> Iterator[str]:
    """Yield the lines of /etc/hosts that answer for a guarded name, or give "localhost" to another
    machine.
    """
    for line in lines:
        address, *names = line.partition("#")[0].lower().split() or [""]
        inside = address.startswith("127.") or address == "::1"
        for name in names:
            guards = name != own.lower() and any(
                fnmatchcase(name.rstrip("."), glob) for glob in guarded
            )
            if guards or (name in ("localhost", "localhost.localdomain") and not inside):
                yield f"{address} {name}"


def _foreign(
    resolver: Sequence[Sequence[str]], facts: Sequence[str], params: Params
) -> Iterator[str]:
    asked = [words[1] for words in resolver if words[0] == "nameserver" and len(words) > 1]
    for line in facts:
        if found := re.match(r"(?:Global|Link \d+ \([^)]*\)):(.*)", line):
            asked += found[1].split()
    networks = [ip_network(network, strict=False) for network in params.nameservers]
    for server in dict.fromkeys(asked):
        if not _within(_bare(server), networks):
            yield server


def _bare(server: str) -> str:
    """Return the address of a server as resolvectl prints it, which may be followed by port,
    interface and name.
    """
    server = re.sub(r"[%#].*", "", server)
    if server.startswith("["):
        return server[1:].partition("]")[0]
    return server.partition(":")[0] if server.count(":") == 1 else server


def _within(address: str, networks: Sequence[object]) -> bool:
    try:
        seen = ip_address(address)
    except ValueError:
        return False
    return any(seen in network for network in networks)  # type: ignore[operator]


def _unknown(switch: Sequence[str], params: Params) -> Iterator[str]:
    for line in switch:
        database, _, services = line.partition(":")
        for service in re.sub(r"\[[^\]]*\]", " ", services).split():
            if (
                service not in params.sources
                and f"{database.strip()}: {service}" not in params.sources
            ):
                yield f"{database.strip()}: {service}"


def _order(switch: Sequence[str]) -> Iterator[str]:
    """Yield what lets others answer for the host's own accounts and names, ahead of its files."""
    for line in switch:
        database, _, services = (part.strip() for part in line.partition(":"))
        order = re.sub(r"\[[^\]]*\]", " ", services).split()
        first = order[0] if order else "files"
        if database in _ACCOUNTS and (
            first not in ("files", "compat") or "success=continue" in services.lower()
        ):
            yield f"{database}: {services}"
        if database == "hosts" and "dns" in order and "files" not in order[: order.index("dns")]:
            yield f"{database}: {services}"


def _settings(resolver: Sequence[Sequence[str]], link: str, params: Params) -> Iterator[str]:
    if not _OWN_LINKS.fullmatch(link):
        yield f"/etc/resolv.conf -> {link}"
    local = all(
        words[1:2] and words[1].startswith(("127.", "::1"))
        for words in resolver
        if words[0] == "nameserver"
    )
    for name, *words in resolver:
        if name in ("search", "domain") and params.search is not None:
            yield from (f"{name} {word}" for word in words if word not in params.search)
        if (
            name == "options" and "trust-ad" in words and not local
        ):  # answers of others pass for verified ones
            yield "options trust-ad"
