"""Security updates are installed by themselves, and never reboot the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import UNIT
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import AtMost, Condition, Equals, listed
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Asks apt for its effective settings (apt-config dump), and systemd for the two timers that"
        " act on them."
    ),
    fr=(
        "Demande à apt ses réglages effectifs (apt-config dump), et à systemd les deux minuteries"
        " qui les appliquent."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes a file of its own under /etc/apt/apt.conf.d, checked by apt-config, and starts "
        "the timers. The package "
        "unattended-upgrades must be there."
    ),
    fr=(
        "Écrit un fichier à part sous /etc/apt/apt.conf.d, vérifié par apt-config, et lance les "
        "minuteries. Le paquet "
        "unattended-upgrades doit être là."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Whether updates were in fact installed.",
        fr="Si des mises à jour ont bien été installées.",
    ),
    Text(
        en="Programs that run on in their old version: running_programs looks for them.",
        fr=(
            "Les programmes qui continuent dans leur ancienne version : running_programs les"
            " cherche."
        ),
    ),
)

_LINES = (
    "grep -sHniE "
    "'^[[:space:]]*(#clear|[^/#]*(Periodic|Unattended-Up|Package-Lists|Origins|Automatic-Reboot))'"
    " /etc/apt/apt.conf.d/* /etc/apt/apt.conf; :"
)
_KEYS = {
    "lists": ("Update-Package-Lists", "Enable"),
    "upgrades": ("Periodic::Unattended-Upgrade", "Enable"),
    "security": ("Origins", "#clear"),
    "reboots": ("Automatic-Reboot ",),
}
"""The settings of apt that decide on what is judged."""
DROP_IN = "/etc/apt/apt.conf.d/zz-tuile-updates.conf"
TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
SECURITY = "origin=Debian,codename=${distro_codename}-security,label=Debian-Security"

_TIMERS = (
    "for u in apt-daily.timer apt-daily-upgrade.timer; do"
    ' echo "$u $(systemctl is-enabled $u 2>/dev/null) $(systemctl is-active $u 2>/dev/null)"; done'
)
_TRUE = {"yes", "true", "with", "on", "enable", "1"}
"""What apt takes for yes (StringToBool in apt-pkg/contrib/strutl.cc)."""
_DAYS = {"": 1, "d": 1, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86400}


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    days: Annotated[int, Meta(ge=1, le=31, description="How often at least, in days")] = 1


@dataclass(frozen=True)
class State:
    """What was seen on a host; days are whole, 0: never."""

    installed: bool = said("unattended-upgrades installed", "unattended-upgrades installé")
    lists: int = said(
        "days between two looks for updates", "jours entre deux recherches de mises à jour"
    )
    upgrades: int = said("days between two installations", "jours entre deux installations")
    security: bool = said("security updates among them", "mises à jour de sécurité comprises")
    reboots: bool = said("reboots by itself", "redémarre tout seul")
    idle: tuple[str, ...] = said("timers that are not at work", "minuteries inactives")
    later: tuple[str, ...] = said("set again by", "fixé de nouveau par")


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return the program."""
    return "unattended-upgrades"


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- every kind is asked alike
    """Ask apt and systemd.

    Raises:
        Unseen: there is no apt, it refuses its settings, or systemd does not answer.

    """
    questions = (("apt-config dump",), (_TIMERS,), ("command -v unattended-upgrade",), (_LINES,))
    dumped, timers, program, lines = together(host, *questions)
    settings = _settings(output_of(dumped))
    acts = settings.get("apt::periodic::enable", "1") != "0"
    origins = [
        settings.get(f"unattended-upgrade::{name}::", "")
        for name in ("origins-pattern", "allowed-origins")
    ]
    return State(
        installed=program.rc == 0,
        lists=_days(settings.get("apt::periodic::update-package-lists")) if acts else 0,
        upgrades=_days(settings.get("apt::periodic::unattended-upgrade")) if acts else 0,
        security=any(_of_security(origin) for origin in ";".join(origins).split(";")),
        reboots=settings.get("unattended-upgrade::automatic-reboot", "").lower() in _TRUE,
        idle=tuple(_idle(timers)),
        later=tuple(_later(lines.stdout.splitlines())),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: often enough, security at least, and no reboot."""
    often = dict.fromkeys(("lists", "upgrades"), AtMost(params.days, floor=1))
    there: dict[str, Condition] = dict.fromkeys(("installed", "security"), Equals(value=True))
    return there | often | {"reboots": Equals(value=False), "idle": Equals(())}


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the drop-in and the timers."""
    return (FILE(DROP_IN), *UNIT.each(TIMERS))


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in, which apt reads after what packages bring.

    Raises:
        Unseen: a line that apt reads later says otherwise.

    """
    for field, condition in wanted(params).items():
        for line in listed(draft.seen.get("later")):
            if not condition.admits(draft.seen.get(field)) and any(
                key in line for key in _KEYS.get(field, ())
            ):
                raise Unseen(
                    f"{line} is read later: take it out", f"{line} est lu plus tard : à retirer"
                )
    return (
        start(replace(draft, text=None), "//") + 'APT::Periodic::Enable "1";\n'
        f'APT::Periodic::Update-Package-Lists "{params.days}";\n'
        f'APT::Periodic::Unattended-Upgrade "{params.days}";\n'
        f'Unattended-Upgrade::Origins-Pattern:: "{SECURITY}";\n'
        'Unattended-Upgrade::Automatic-Reboot "false";\n'
    )


@lru_cache(maxsize=2)
def _settings(dumped: str) -> Mapping[str, str]:
    """Return the settings of `apt-config dump`, names in lower case as apt compares them; lists
    joined by ";".
    """
    settings: dict[str, str] = {}
    for name, value in re.findall(r'^(\S+) "(.*)";$', dumped, re.MULTILINE):
        key = name.lower()
        settings[key] = (
            f"{settings[key]};{value}" if key.endswith("::") and key in settings else value
        )
    return settings


def _of_security(pattern: str) -> bool:
    """Return whether a pattern of unattended-upgrades can be met by a security archive; all its
    parts must hold.
    """
    parts = dict(
        part.lower().split("=", 1) for part in re.split(r"(?<!\\),", pattern) if "=" in part
    )
    origin = parts.get("origin", parts.get("o", "debian"))
    own = "debian-security" in parts.values() and origin not in ("debian", "${distro_id}", "*")
    return "security" in pattern.lower() and not own


def _days(value: str | None) -> int:
    """Return an interval of apt.systemd.daily in whole days, at least 1; 0 where it never comes."""
    if value == "always":
        return 1
    found = re.fullmatch(r"(\d+)([dhms]?)", value or "0")
    days = int(found[1]) * _DAYS[found[2]] if found else 0
    return max(1, round(days)) if days else 0


def _later(lines: Iterable[str]) -> Iterable[str]:
    """Yield the lines of files that apt reads after our own, with their places (apt.conf(5))."""
    for line in lines:
        path, number, text = line.split(":", 2)
        name = path.rpartition("/")[2]
        if path == "/etc/apt/apt.conf" or (
            path > DROP_IN and ("." not in name or name.endswith(".conf"))
        ):
            yield f"{path}:{number}: {text.strip()}"


def _idle(timers: CommandResult) -> Iterable[str]:
    for line in output_of(timers).splitlines():
        name, *states = line.split()
        if not states:
            raise Unseen("systemd does not answer", "systemd ne répond pas")
        if states != ["enabled", "active"]:
            yield name
