"""USB devices are let in by their class: keyboards and card readers are, storage is not, but for
devices named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.linux.resources.unit import UNIT as UNIT_RESOURCE
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, NotApplicable, Resources, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

RULES = "/etc/usbguard/rules.conf"
DAEMON = "/etc/usbguard/usbguard-daemon.conf"
UNIT = "usbguard.service"

CHECKED = Text(
    en=(
        "Reads the rules and settings of USBGuard and asks its daemon, which must run now and at "
        "boot, for the rules "
        "that it has loaded."
    ),
    fr=(
        "Lit les règles et les réglages d’USBGuard et demande à son démon, qui doit tourner "
        "maintenant et au démarrage, "
        "les règles qu’il a chargées."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the rules by class ahead of those that are there and starts the daemon. What is "
        "plugged in at that "
        "moment keeps working, whatever it is."
    ),
    fr=(
        "Écrit les règles par classe avant celles qui existent et démarre le démon. Ce qui est "
        "branché à ce moment "
        "continue de fonctionner, quoi que ce soit."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Devices on other buses (Thunderbolt, FireWire, a slot in the machine).",
        fr="Les périphériques d’autres bus (Thunderbolt, FireWire, emplacement interne).",
    ),
    Text(
        en="What a device that is allowed does, and one that gives itself the name of another.",
        fr="Ce que fait un périphérique autorisé, et celui qui prend le nom d’un autre.",
    ),
)

Class = Annotated[str, Meta(pattern=r"^[0-9a-f]{2}$")]
_OURS = r'(allow|block)( serial "[^"]*")? with-interface one-of \{( [0-9a-f]{2}:\*:\*)+ \}\s*$'


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    allow: Annotated[
        tuple[Class, ...],
        Meta(
            min_length=1,
            description=(
                "Classes let in: 01 audio, 03 keyboards and mice, 07 printers, 09 hubs, 0b card"
                " readers"
            ),
        ),
    ] = ("01", "03", "07", "09", "0b")
    deny: Annotated[
        tuple[Class, ...],
        Meta(
            min_length=1, description="Classes kept out, even of a device that has others: 06, 08"
        ),
    ] = ("06", "08")
    serials: Annotated[
        tuple[Annotated[str, Meta(pattern=r'^[^"\\\n]+$')], ...],
        Meta(description="Serial numbers of devices that may have a denied class"),
    ] = ()
    present: Annotated[
        Literal["keep", "apply-policy"],
        Meta(
            description=(
                "What becomes of devices that are there when the daemon starts; keep never cuts"
                " one off"
            )
        ),
    ] = "keep"


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    rules: tuple[str, ...] = said(
        "first rules after a reboot", "premières règles après redémarrage"
    )
    loaded: tuple[str, ...] = said("first rules of the daemon", "premières règles du démon")
    settings: tuple[str, ...] = said("settings of the daemon", "réglages du démon")
    at_boot: bool = said("starts at boot", "lancé au démarrage")


def subject(params: Params) -> str:
    """Return the classes."""
    return f"USB {' '.join(params.allow)}"


def observe(host: Host, params: Params) -> State:
    """Ask the files, the daemon and systemd; without USBGuard nothing is set.

    Raises:
        NotApplicable: this machine has no USB bus: nothing can be plugged in, and the daemon does
            not start.
        Unseen: the files cannot be read.

    """
    bus = host.run("ls /sys/bus/usb/devices")
    rules, settings = (
        _text(host.run("cat /etc/usbguard/rules.conf")),
        _text(host.run("cat /etc/usbguard/usbguard-daemon.conf")),
    )
    loaded = host.run("usbguard list-rules")
    at_boot = host.run("systemctl is-enabled usbguard.service")
    if "No such file" in bus.stderr:
        raise NotApplicable("this machine has no USB bus", "cette machine n’a pas de bus USB")
    count = len(_lines(params))
    kept = dict(re.findall(r"^(\w+)=(.*?)\s*$", settings, re.MULTILINE))
    return State(
        rules=_rules(rules)[:count],
        loaded=_rules(loaded.stdout)[:count],
        settings=tuple(f"{key}={kept[key]}" for key in _settings(params) if key in kept),
        at_boot=at_boot.stdout.strip() == "enabled",
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the rules by class ahead of all others, and a daemon that keeps the rest out."""
    lines = Equals(_lines(params))
    settings = tuple(f"{key}={value}" for key, value in _settings(params).items())
    return {
        "rules": lines,
        "loaded": lines,
        "settings": Equals(settings),
        "at_boot": Equals(value=True),
    }


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is called alike
    """Return the files of USBGuard and its daemon."""
    return (FILE(RULES), FILE(DAEMON), UNIT_RESOURCE(UNIT), RELOAD(UNIT))


def edit(draft: Draft, params: Params) -> str:
    """Return the rules with those by class ahead, after the comments; or the settings of the
    daemon.
    """
    text = draft.text or ""
    if draft.path == DAEMON:
        for key, value in _settings(params).items():
            text = set_line(text, rf"{key}=", f"{key}={value}")
        return text
    lines = [line for line in text.splitlines(keepends=True) if not re.match(_OURS, line)]
    head = next((n for n, line in enumerate(lines) if not re.match(r"\s*(#|$)", line)), len(lines))
    before = "".join(lines[:head]) or f"# {draft.header}\n"
    before += "" if before.endswith("\n") else "\n"
    return before + "".join(f"{line}\n" for line in _lines(params)) + "".join(lines[head:])


def _settings(params: Params) -> Mapping[str, str]:
    """Return what the daemon is told: what no rule speaks of is kept out; nothing that is there is
    cut off.
    """
    return {
        "ImplicitPolicyTarget": "block",
        "PresentDevicePolicy": params.present,
        "PresentControllerPolicy": "keep",
        "InsertedDevicePolicy": "apply-policy",
    }


def _lines(params: Params) -> tuple[str, ...]:
    """Return the rules, in the order that counts: the first that fits a device decides."""
    denied, allowed = (
        " ".join(f"{one}:*:*" for one in classes) for classes in (params.deny, params.allow)
    )
    named = [
        f'allow serial "{serial}" with-interface one-of {{ {denied} }}' for serial in params.serials
    ]
    return (
        *named,
        f"block with-interface one-of {{ {denied} }}",
        f"allow with-interface one-of {{ {allowed} }}",
    )


@lru_cache(maxsize=4)  # two answers serve all rules of a host
def _rules(text: str) -> tuple[str, ...]:
    """Return the rules of a file, or of the daemon with their numbers before them."""
    lines = [re.sub(r"^\d+: ", "", " ".join(line.split())) for line in text.splitlines()]
    return tuple(line for line in lines if line and not line.startswith("#"))


def _text(answer: CommandResult) -> str:
    return "" if "No such file" in answer.stderr else output_of(answer)
