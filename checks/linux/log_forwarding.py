"""The system log goes to a collector, and waits on disk while that cannot be reached (rsyslog)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.linux.resources.unit import UNIT as UNIT_RESOURCE
from tuile.platforms.posix_shell.commands import output_of, text_found
from tuile.policy.condition import Condition, Equals, Includes
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads rsyslog’s files for what sends everything to a collector, has rsyslog validate "
        "them, and asks systemd "
        "whether it starts at boot, runs, and was started after they were last changed."
    ),
    fr=(
        "Cherche dans les fichiers de rsyslog ce qui envoie tout à un collecteur, les fait "
        "valider par rsyslog, et "
        "demande à systemd s’il démarre avec la machine, tourne, et a démarré après leur dernière "
        "modification."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a file of its own under /etc/rsyslog.d, checked by rsyslogd -N1, with a queue on "
        "disk, and restarts "
        "rsyslog. Needs the collector’s address from the site."
    ),
    fr=(
        "Écrit un fichier à part sous /etc/rsyslog.d, vérifié par rsyslogd -N1, avec une file "
        "d’attente sur disque, et "
        "relance rsyslog. Le site doit donner l’adresse du collecteur."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Whether the collector receives and keeps what is sent to it.",
        fr="La réception et la conservation par le collecteur de ce qui lui est envoyé.",
    ),
    Text(
        en="A packet filter on the way, or a name that leads to another machine.",
        fr="Un filtrage sur le chemin, ou un nom qui mène à une autre machine.",
    ),
)

DROP_IN = "/etc/rsyslog.d/00-tuile.conf"
"""First of its folder: what a later file stops has then been sent."""
UNIT = "rsyslog.service"

_LISTED = "grep -aHn '' /etc/rsyslog.conf /etc/rsyslog.d/*.conf"
_STATE = "systemctl is-enabled rsyslog.service 2>/dev/null; systemctl is-active rsyslog.service"
_NEWER = (
    "find /etc/rsyslog.conf /etc/rsyslog.d -type f -newermt"
    ' "$(systemctl show --timestamp=us --property=ActiveEnterTimestamp --value rsyslog.service)"'
)
_QUEUE = (
    '       queue.type="LinkedList" queue.filename="tuile-forward" queue.maxDiskSpace="256m"\n'
    '       queue.saveOnShutdown="on" action.resumeRetryCount="-1")\n'
)
_ACTION = re.compile(r"^[ \t]*(?:\*\.\*\s+)?action\s*\(([^)]*)\)", re.MULTILINE | re.IGNORECASE)
_LEGACY = re.compile(
    r"^[ \t]*\*\.\*\s+(@@?|:omrelp:)(?:\([^)]*\))?(\[[^\]]+\]|[^\s:;]+)(?::(\d+))?", re.MULTILINE
)
_LEGACY_TLS = re.compile(r"^\s*\$ActionSendStreamDriverMode\s+1\b", re.MULTILINE | re.IGNORECASE)

Protocol = Literal["tcp", "udp", "relp", "tls"]
Path = Annotated[str, Meta(pattern=r'^/[^\n"]*$')]


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    target: (
        Annotated[
            str,
            Meta(
                pattern=r"^([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}$",
                description="The collector: host:port",
            ),
        ]
        | None
    ) = None
    protocol: Annotated[Protocol, Meta(description="How it is sent")] = "tls"
    ca: Annotated[
        Path, Meta(description="With tls: file with the authority that vouches for the collector")
    ] = "/etc/ssl/certs/ca-certificates.crt"
    peer: Annotated[
        str | None,
        Meta(
            description=(
                "With tls: the name in the collector's certificate, where it is not its address"
            )
        ),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a name that would end its quotes."""
        if self.peer is not None and not re.fullmatch(r"[A-Za-z0-9.*_-]+", self.peer):
            raise ValueError(f'peer: "{self.peer}" is no name of a host')


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    installed: bool = said("rsyslog installed", "rsyslog installé")
    valid: bool = said("configuration accepted by rsyslog", "configuration acceptée par rsyslog")
    sends: bool = said("sends everything to a collector", "envoie tout à un collecteur")
    targets: tuple[str, ...] = said("sends everything to", "envoie tout à")
    enabled: bool = said("starts at boot", "lancé au démarrage")
    running: bool = said("running", "en cours")
    loaded: bool = said("read by the running rsyslog", "lu par le rsyslog en cours")
    authority: bool | None = said(
        "authority of the collector there", "autorité du collecteur présente"
    )
    """None: not asked for."""


_NOT_THERE = State(
    installed=False,
    valid=False,
    sends=False,
    targets=(),
    enabled=False,
    running=False,
    loaded=False,
    authority=None,
)


def subject(params: Params) -> str:
    """Return the collector."""
    return f"{params.protocol}://{params.target}" if params.target else "rsyslog"


def observe(host: Host, params: Params) -> State:
    """Read rsyslog's files, ask it and systemd, and look for the authority that is to vouch for the
    collector.

    Raises:
        Unseen: a file cannot be read, or systemd does not answer.

    """
    listed, checked = host.run(_LISTED), host.run("rsyslogd -N1")
    states, newer = host.run(_STATE), host.run(_NEWER)
    there = host.run("test -f %s", params.ca) if _vouched_for(params) else None
    authority = there.rc == 0 if there else None
    if checked.rc == 127:  # noqa: PLR2004 -- the shell's "not found", POSIX sh 2.8.2
        return replace(_NOT_THERE, authority=authority)
    targets = tuple(dict.fromkeys(_targets(_text(listed))))
    words = states.stdout.split()
    if not words:
        raise Unseen("systemd does not answer", "systemd ne répond pas")
    running = words[-1] == "active"
    return State(
        installed=True,
        valid=checked.rc == 0,
        sends=bool(targets),
        targets=targets,
        enabled=words[0] == "enabled",
        running=running,
        loaded=running and not output_of(newer).strip(),
        authority=authority,
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: it sends, now and after a reboot, to the collector if one is named, which an
    authority vouches for.
    """
    names = ["installed", "valid", "sends", "enabled", "running", "loaded"]
    if _vouched_for(params):
        names.append("authority")
    there: dict[str, Condition] = dict.fromkeys(names, Equals(value=True))
    return there if params.target is None else there | {"targets": Includes((subject(params),))}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in, and the service, which reads its files when it is started."""
    return (FILE(DROP_IN), UNIT_RESOURCE(UNIT), RELOAD(UNIT))


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in.

    Raises:
        Unseen: the site has not said where the collector is, or the authority that vouches for it
            is not there.

    """
    if params.target is None:
        if draft.seen.get(
            "sends"
        ):  # to a collector of the site's own: only the service is to be put right
            return draft.text or ""
        raise Unseen(
            'needs a parameter: tailor "target"', "il manque un paramètre : adapter « target »"
        )
    if draft.seen.get("authority") is False:
        raise Unseen(
            f"{params.ca}, the authority that vouches for the collector, is not there: put it"
            " there, then apply",
            f"l’autorité qui garantit le collecteur, {params.ca}, est absente : la déposer, puis"
            " appliquer",
        )
    return start(replace(draft, text=None)) + _forward(params, *_parts(params.target))


def _vouched_for(params: Params) -> bool:
    return params.target is not None and params.protocol == "tls"


def _parts(target: str) -> tuple[str, str]:
    host, _, port = target.rpartition(":")
    return host.strip("[]"), port


def _forward(params: Params, host: str, port: str) -> str:
    place = f'target="{host}" port="{port}"'
    if params.protocol == "relp":
        return f'module(load="omrelp")\naction(type="omrelp" {place}\n{_QUEUE}'
    if params.protocol != "tls":
        return f'action(type="omfwd" {place} protocol="{params.protocol}"\n{_QUEUE}'
    return (
        f'global(DefaultNetstreamDriverCAFile="{params.ca}")\n'
        f'action(type="omfwd" {place} protocol="tcp"\n'
        '       StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name"\n'
        f'       StreamDriverPermittedPeers="{params.peer or host}" '
        f'StreamDriver.CheckExtendedKeyPurpose="on"\n'
        f"{_QUEUE}"
    )


def _text(listed: CommandResult) -> str:
    """Return the configuration without comments, in the order of the files."""
    lines = re.findall(r"^/[^:\n]+:\d+:(.*)$", text_found(listed), re.MULTILINE)
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def _targets(text: str) -> Iterator[str]:
    """Yield where everything is sent, as PROTOCOL://HOST:PORT, from actions of either form."""
    for body in _ACTION.findall(text):
        values = {
            name.lower(): value for name, value in re.findall(r'([\w.]+)\s*=\s*"([^"]*)"', body)
        }
        kind, host = values.get("type"), values.get("target")
        if kind == "omfwd" and host:
            protocol = (
                "tls"
                if values.get("streamdrivermode") == "1"
                else values.get("protocol", "udp").lower()
            )
            yield f"{protocol}://{_bracketed(host)}:{values.get('port', '514')}"
        elif kind == "omrelp" and host:
            yield f"relp://{_bracketed(host)}:{values.get('port', '514')}"
    tcp = "tls" if _LEGACY_TLS.search(text) else "tcp"
    for sign, host, port in _LEGACY.findall(text):
        protocol = {"@": "udp", "@@": tcp, ":omrelp:": "relp"}[sign]
        yield f"{protocol}://{host}:{port or '514'}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
