"""Exactly one time service runs, starts at boot, and asks the servers that it should."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD, UNIT
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, SubsetOf
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks systemd which time services run and start at boot, reads the servers from their "
        "files and asks the "
        "running service for those that it follows, and whether the clock is in step where the "
        "rule wants that."
    ),
    fr=(
        "Demande à systemd quels services de temps tournent et démarrent avec la machine, lit les "
        "serveurs dans leurs "
        "fichiers, demande au service en cours ceux qu’il suit, et si l’horloge est à l’heure "
        "lorsque la règle le veut."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the servers for the service that runs (chrony or systemd-timesyncd), restarts it "
        "and stops the others. "
        "The clock is not set by hand."
    ),
    fr=(
        "Écrit les serveurs du service en place (chrony ou systemd-timesyncd), le relance et "
        "arrête les autres. "
        "L’horloge n’est pas réglée à la main."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Servers that lie, or a network that delays their answers.",
        fr="Des serveurs qui mentent, ou un réseau qui retarde leurs réponses.",
    ),
)

CHRONY = "/etc/chrony/chrony.conf"
CHRONY_SOURCES = "/etc/chrony/sources.d/tuile.sources"
TIMESYNCD = "/etc/systemd/timesyncd.conf.d/zz-tuile.conf"
SERVICES = ("chrony", "systemd-timesyncd", "ntpsec", "ntp", "openntpd")

_STATES = (
    "for u in chrony systemd-timesyncd ntpsec ntp openntpd; do"
    ' echo "$u $(systemctl is-active $u.service 2>/dev/null) $(systemctl is-enabled $u.service '
    '2>/dev/null)"; done'
)
_CHRONY = (
    "grep -aHn '' /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources"
)
_OTHERS = "grep -aHn '' /etc/ntpsec/ntp.conf /etc/ntp.conf /etc/openntpd/ntpd.conf"
_TIMESYNCD = "systemd-analyze --no-pager cat-config systemd/timesyncd.conf"
_IN_STEP = "timedatectl show --property=NTPSynchronized --value; chronyc -c tracking 2>/dev/null"
_FOLLOWED = (
    "systemctl --quiet is-active chrony && { cat /run/chrony-dhcp/*.sources 2>/dev/null;"
    " chronyc -c -N sources -a; chronyc -c activity; }"
)
_TIMESYNC = "timedatectl show-timesync"
_OWN_CLOCK = "7F7F0101"
"""What chrony names as its server while it follows the machine's own clock (directive "local")."""
_SERVER = re.compile(r"\s*(?:server|pool|peer|servers)\s+(\S+)")
_FILES = {
    "chrony": "/etc/chrony/",
    "ntpsec": "/etc/ntpsec/",
    "ntp": "/etc/ntp.conf",
    "openntpd": "/etc/openntpd/",
}

Server = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:_-]+$")]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    servers: Annotated[
        tuple[Server, ...] | None,
        Meta(description="The servers that may be asked; null: any, one at least"),
    ] = None
    service: Annotated[
        Literal["chrony", "systemd-timesyncd"],
        Meta(description="What an apply sets up where none runs"),
    ] = "chrony"
    synchronised: Annotated[
        bool, Meta(description="Whether the clock must be in step now as well")
    ] = False


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    running: tuple[str, ...] = said("time services that run", "services de temps en cours")
    single: bool = said("exactly one time service runs", "un seul service de temps tourne")
    enabled: bool = said("starts at boot", "lancé au démarrage")
    servers: tuple[str, ...] = said("servers asked", "serveurs interrogés")
    asks: bool = said("asks a server", "interroge un serveur")
    in_step: bool = said("clock in step", "horloge à l’heure")
    unlike: tuple[str, ...] = said(
        "running service unlike its files", "service en cours différent de ses fichiers"
    )


def subject(params: Params) -> str:
    """Return the servers, or what the rule is about."""
    return ", ".join(params.servers) if params.servers else "NTP"


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- every kind is asked alike
    """Ask systemd for the services, and read the files of the one that runs.

    Raises:
        NotApplicable: in a container without a time service; the clock is the host's.
        Unseen: systemd or the service does not answer, or a file cannot be read.

    """
    files = (_CHRONY, _OTHERS, _TIMESYNCD)
    questions = (_STATES, "systemd-detect-virt --container", *files, _IN_STEP, _FOLLOWED, _TIMESYNC)
    states, container, chrony, others, timesyncd, in_step, followed, timesync = together(
        host, *zip(questions)
    )
    services = _services(output_of(states))
    running = tuple(name for name, (active, _) in services.items() if active == "active")
    if container.rc == 0 and not running:
        raise NotApplicable("the clock is the host’s", "l’horloge est celle de l’hôte")
    name = running[0] if running else ""
    servers = (
        _timesyncd(timesyncd) if name == "systemd-timesyncd" else _servers(name, chrony, others)
    )
    single, enabled = len(running) == 1, bool(running) and services[name][1] == "enabled"
    try:
        now = _follows(name, followed, timesync)
    except Unseen:
        if single and enabled and servers:
            raise
        now = _Now()  # it fails, whatever the service follows
    return State(
        running=running,
        single=single,
        enabled=enabled,
        servers=tuple(dict.fromkeys([*servers, *now.servers])),
        asks=bool(servers),
        in_step=_in_step(name, in_step.stdout.split("\n")),
        unlike=tuple(_unlike(servers, now)) if now.known else (),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: one service, its servers, and a clock in step where that is asked for."""
    conditions: dict[str, Condition] = dict.fromkeys(
        ("single", "enabled", "asks"), Equals(value=True)
    )
    if params.servers is not None:
        conditions["servers"] = SubsetOf(params.servers)
    conditions["unlike"] = Equals(())
    if params.synchronised:
        conditions["in_step"] = Equals(value=True)
    return conditions


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the files of both services that an apply sets up, and all units of which one may run."""
    units = tuple(f"{name}.service" for name in SERVICES)
    return (
        FILE(CHRONY),
        FILE(CHRONY_SOURCES),
        FILE(TIMESYNCD),
        *UNIT.each(units),
        *RELOAD.each(units[:2]),
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the file of the service that is set up; those of the other stay as they are.

    Raises:
        Unseen: another service runs, whose files are a person's matter.

    """
    chosen = _chosen(draft, params)
    text = draft.text or ""
    if chosen not in ("chrony", "systemd-timesyncd"):
        raise Unseen(f"{chosen} is set up by hand", f"{chosen} se règle à la main")
    if params.servers is None or (draft.path == TIMESYNCD) != (chosen == "systemd-timesyncd"):
        return text
    head = start(replace(draft, text=None))
    if draft.path == TIMESYNCD:
        return f"{head}[Time]\nNTP={' '.join(params.servers)}\nFallbackNTP=\n"
    if draft.path == CHRONY_SOURCES:
        return head + "".join(f"server {server} iburst\n" for server in params.servers)
    lines = text.splitlines(keepends=True)
    return "".join(
        f"#{line}" if (found := _SERVER.match(line)) and found[1] not in params.servers else line
        for line in lines
    )


def _chosen(draft: Draft, params: Params) -> str:
    running = draft.seen.get("running")
    names = list(running) if isinstance(running, list | tuple) else []
    return params.service if not names or params.service in names else str(names[0])


def _in_step(name: str, said: Sequence[str]) -> bool:
    """Return whether the service follows a server: chrony's own word, where it may not set the
    kernel's mark.
    """
    tracked = said[1].split(",") if len(said) > 1 else []
    if name == "chrony" and len(tracked) > 1:
        return tracked[0] != _OWN_CLOCK and tracked[-1] != "Not synchronised"
    return said[0].strip() == "yes"


@dataclass(frozen=True)
class _Now:
    """What the running service follows; `offered`: that the network offered by DHCP; `known`:
    whether it was asked.
    """

    servers: Sequence[str] = ()
    offered: Sequence[str] = ()
    idle: bool = False
    known: bool = False


def _follows(name: str, followed: CommandResult, timesync: CommandResult) -> _Now:
    """Ask the running service itself; those besides chrony and systemd's own have no such question."""
    if name == "chrony":
        lines = output_of(followed).splitlines()
        sources = [line.split(",")[2] for line in lines if re.match(r"[\^=],", line)]
        numbers = next(
            (line.split(",") for line in lines if re.fullmatch(r"\d+(,\d+){4}", line)), ["0"] * 5
        )
        offered = [server[1] for line in lines if (server := _SERVER.match(line))]
        return _Now(
            tuple(dict.fromkeys(sources)),
            offered,
            idle=numbers[1] != "0" and numbers[::4] == ["0"] * 2,
            known=True,
        )
    if name != "systemd-timesyncd":
        return _Now()
    said = dict(line.split("=", 1) for line in output_of(timesync).splitlines() if "=" in line)
    own, link, runtime = (
        said.get(f"{key}NTPServers", "").split() for key in ("System", "Link", "Runtime")
    )
    return _Now(
        (own or said.get("FallbackNTPServers", "").split()) + link + runtime, link, known=True
    )


def _unlike(servers: Sequence[str], now: _Now) -> Iterator[str]:
    """Yield what the running service follows and no file names ("+"), and what it does not follow
    ("-").
    """
    there, asked = ({server.lower() for server in some} for some in (servers, now.servers))
    yield from (
        f"+ {server}" for server in sorted(asked - there - {each.lower() for each in now.offered})
    )
    yield from (f"- {server}" for server in sorted(there - asked))
    if now.idle:
        yield "offline"


@lru_cache(maxsize=2)
def _services(states: str) -> Mapping[str, tuple[str, str]]:
    """Return what is-active and is-enabled say of each service that there may be."""
    found: dict[str, tuple[str, str]] = {}
    for line in states.splitlines():
        name, *words = line.split()
        if not words:
            raise Unseen("systemd does not answer", "systemd ne répond pas")
        found[name] = (words[0], words[1] if len(words) > 1 else "")
    return found


def _servers(name: str, *listed: CommandResult) -> Sequence[str]:
    """Return the servers in the files of a service, of any but systemd's own."""
    folder = _FILES.get(name)
    if folder is None:
        return ()
    found: list[str] = []
    for result in listed:
        problems = [
            line
            for line in result.stderr.splitlines()
            if folder in line and "No such file" not in line
        ]
        if problems:
            raise Unseen(problems[-1])
        lines = re.findall(r"^(/[^:\n]+):\d+:(.*)$", result.stdout, re.MULTILINE)
        found += [
            server[1]
            for path, line in lines
            if path.startswith(folder) and (server := _SERVER.match(line))
        ]
    return found


def _timesyncd(merged: CommandResult) -> Sequence[str]:
    """Return the servers of systemd-timesyncd: an empty value takes those before it back
    (systemd.syntax(7)).
    """
    return list(_assigned(output_of(merged), "NTP")) or list(
        _assigned(output_of(merged), "FallbackNTP")
    )


def _assigned(merged: str, key: str) -> Iterator[str]:
    values: list[str] = []
    for value in re.findall(
        rf"^\s*#?\s*{key}=(.*)$" if key == "FallbackNTP" else rf"^\s*{key}=(.*)$",
        merged,
        re.MULTILINE,
    ):
        values = [*values, *value.split()] if value.strip() else []
    yield from values
