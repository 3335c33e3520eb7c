"""The kernel's audit reports to auditd, which writes all of it; nobody leaves a part out without
approval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.audit_rules import known_rules
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Asks the kernel for its audit rules, its limits and the program that receives the "
        "events, and reads auditd’s "
        "settings and the rules of the next boot for what leaves events out."
    ),
    fr=(
        "Demande au noyau ses règles d’audit, ses limites et le programme qui reçoit les "
        "événements, et cherche dans "
        "les réglages d’auditd et les règles du prochain démarrage ce qui écarte des événements."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Take the rule out of /etc/audit/rules.d and load the rules again (augenrules --load), or "
        "approve it; put the "
        "setting of auditd.conf or the limit back, and restart auditd."
    ),
    fr=(
        "Retirer la règle de /etc/audit/rules.d et recharger les règles (augenrules --load), ou "
        "l’approuver ; rétablir "
        "le réglage d’auditd.conf ou la limite, puis relancer auditd."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Events that the kernel dropped under load, or that somebody took out of the log file.",
        fr="Les événements perdus par le noyau sous la charge, ou retirés du fichier de traces.",
    ),
    Text(
        en=(
            "That a running auditd has suspended itself since its disk was full, and whether a"
            " collector gets a copy."
        ),
        fr=(
            "Un auditd en cours qui s’est suspendu faute de place, et l’arrivée d’une copie chez un"
            " collecteur."
        ),
    ),
)

_SETTINGS = "grep -aHn '' /etc/audit/auditd.conf"
_RECEIVES = "readlink /proc/$(auditctl -s | sed -n 's/^pid //p')/exe"
_FILES = "cat /etc/audit/rules.d/*.rules"
_ROOM = ("max_log_file", "num_logs")
_PANIC = 2
"""The value of "failure" with which the kernel stops the machine where an event is lost
(auditctl(8), -f).
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(description='Rules that may leave events out: ["-a never,exit * -F dir=/dev/shm*"]'),
    ] = ()
    backlog: Annotated[
        int, Meta(ge=64, description="Events that may wait in the kernel, at least")
    ] = 8192
    megabytes: Annotated[
        int, Meta(ge=1, description="What all log files together may hold at least, in MB")
    ] = 16
    log_file: Annotated[str, Meta(pattern=r"^/", description="The log file")] = (
        "/var/log/audit/audit.log"
    )


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    on: bool = said("on in the kernel", "actif dans le noyau")
    receives: str | None = said("events go to", "événements envoyés à")
    left_out: tuple[str, ...] = said("left out by", "écartés par")
    limits: tuple[str, ...] = said(
        "limits by which events are lost", "limites qui perdent des événements"
    )
    settings: tuple[str, ...] = said(
        "settings by which events are lost", "réglages qui perdent des événements"
    )


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "audit"


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, and read the files of auditd.

    Raises:
        Unseen: one of them does not answer.

    """
    questions = (("auditctl -l",), ("auditctl -s",), (_FILES,), (_SETTINGS,), (_RECEIVES,))
    loaded, status, files, settings, receives = together(host, *questions)
    on_disk = "" if "No such file" in files.stderr else output_of(files)
    kernel = dict(re.findall(r"^(\w+) (\d+)", output_of(status), re.MULTILINE))
    return State(
        on=kernel.get("enabled", "0") != "0",
        receives=receives.stdout.strip() or None,
        left_out=tuple(
            dict.fromkeys([*_left_out(output_of(loaded), params), *_left_out(on_disk, params)])
        ),
        limits=tuple(
            dict.fromkeys([*_kernel_limits(kernel, params), *_boot_limits(on_disk, params)])
        ),
        settings=tuple(_losing(output_of(settings), params)),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: on, heard by auditd, and nothing left out."""
    nothing = dict.fromkeys(("left_out", "limits", "settings"), Equals(()))
    return {"on": Equals(value=True), "receives": Equals("/usr/sbin/auditd")} | nothing


def _left_out(text: str, params: Params) -> Iterator[str]:
    """Yield the rules that keep events from being reported, and a last word that switches all off."""
    rules = known_rules(text)
    for rule in rules:
        if rule.place & {"never", "exclude"} and not any(
            fnmatchcase(rule.line, glob) for glob in params.approved
        ):
            yield rule.line
    switches = [rule.line for rule in rules if rule.enabled is not None]
    yield from (line for line in switches[-1:] if line.split()[1] == "0")


def _kernel_limits(kernel: Mapping[str, str], params: Params) -> Iterator[str]:
    for name, value in kernel.items():
        if _too_tight(name, int(value), params):
            yield f"{name} {value}"


def _boot_limits(on_disk: str, params: Params) -> Iterator[str]:
    """Yield the limits that the next boot sets: of several lines the last counts."""
    names = {"-b": "backlog_limit", "-r": "rate_limit", "-f": "failure"}
    last = dict(re.findall(r"^[ \t]*(-[brf])[ \t]+(\d+)", on_disk, re.MULTILINE))
    for option, value in last.items():
        if _too_tight(names[option], int(value), params):
            yield f"{names[option]} {value}"


def _too_tight(name: str, value: int, params: Params) -> bool:
    if name == "backlog_limit":
        return 0 < value < params.backlog  # 0 stands for no limit
    return (name == "rate_limit" and value > 0) or (name == "failure" and value >= _PANIC)


def _losing(listed: str, params: Params) -> Iterator[str]:
    """Yield the settings of auditd.conf(5) with which events are not written, or soon written over."""
    pairs = re.findall(
        r"^[^:]+:\d+:[ \t]*([a-z_]+)[ \t]*=[ \t]*([^#\n]*?)[ \t]*$", listed, re.MULTILINE
    )
    values = {name: value.lower() for name, value in pairs}
    for name in ("write_logs", "local_events"):
        if values.get(name, "yes") != "yes":
            yield f"{name} = {values[name]}"
    if values.get("log_format") == "nolog":
        yield "log_format = NOLOG"
    if (path := dict(pairs).get("log_file", params.log_file)) != params.log_file:
        yield f"log_file = {path}"
    if values.get("max_log_file_action", "rotate") == "rotate":
        size, files = (
            int(value) if (value := values.get(name, "")).isdigit() else 5 for name in _ROOM
        )
        if size * files < params.megabytes:
            yield f"max_log_file = {size}, num_logs = {files}"
