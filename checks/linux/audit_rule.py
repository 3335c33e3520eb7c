"""Rules of the kernel's audit are loaded, and will be after a reboot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.audit_rules import AuditRule, known_rules, read_rule
from tuile.platforms.linux.config_text import set_line, start
from tuile.platforms.linux.filesystem_scan import WALK, Found, shown, walked
from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

RULES = "/etc/audit/rules.d/50-tuile.rules"
FINAL = "/etc/audit/rules.d/99-finalize.rules"
PROGRAM = "{program}"
LOCKED = 2
"""The value of "enabled" from which the kernel takes no more rules before a reboot (auditctl(8),
-e).
"""

CHECKED = Text(
    en=(
        "Asks the kernel for the rules that are loaded (auditctl -l) and reads those of "
        "/etc/audit/rules.d; "
        "other spellings, other keys and broader rules count, and so does a rule that stands "
        "before and mutes them."
    ),
    fr=(
        "Demande au noyau les règles chargées (auditctl -l) et lit celles de /etc/audit/rules.d ; "
        "les autres "
        "écritures, les autres clés et les règles plus larges comptent, comme une règle placée "
        "avant qui les rend muettes."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Adds the missing rules to a file under /etc/audit/rules.d and loads them with "
        "augenrules; where the kernel "
        "is locked they wait for the next reboot."
    ),
    fr=(
        "Ajoute les règles manquantes à un fichier de /etc/audit/rules.d et les charge avec "
        "augenrules ; si le noyau "
        "est verrouillé, elles attendent le prochain redémarrage."
    ),
)

DOES_NOT_SEE = (
    Text(
        en=(
            "A rule of the site that leaves out a part of what is asked for: the rule on the audit"
            " trail names it."
        ),
        fr=(
            "Une règle du site qui écarte une partie de ce qui est demandé : la règle sur la trace"
            " d’audit la nomme."
        ),
    ),
    Text(
        en="Events that the kernel dropped under load, or that somebody took out of the log file.",
        fr="Les événements perdus par le noyau sous la charge, ou retirés du fichier de traces.",
    ),
)

_FOLDERLESS = (
    """sh -c 'for path; do [ -d "$path" ] || [ -d "${path%%/*}/" ] || echo "$path"; done' sh"""
)
"""Says which of some paths are in no folder that is there; it is one question for all, "%%" stands
for "%".
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    rules: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^-([aAw] \S.*|e [012])$")], ...],
        Meta(
            min_length=1,
            description=(
                'Rules as auditctl takes them: ["-w /etc/passwd -p wa -k identity"], ["-e 2"]; '
                "with {program} "
                "in it, one for each setuid or setgid program of the host"
            ),
        ),
    ]

    def __post_init__(self) -> None:
        """Refuse what cannot be read as a rule.

        Raises:
            ValueError: a quote is not closed, or an option lacks its value.

        """
        for rule in self.rules:
            read_rule(rule)


@dataclass(frozen=True)
class State:
    """What was seen on a host: what lacks of what the rule asks for."""

    not_loaded: tuple[str, ...] = said("not loaded", "non chargées")
    locked_out: tuple[str, ...] = said(
        "not loaded, and locked until a reboot",
        "non chargées, et verrouillées jusqu’au redémarrage",
        until_reboot=True,
    )
    not_on_disk: tuple[str, ...] = said(
        "after a reboot not loaded", "non chargées après redémarrage"
    )
    silenced: bool = said("audit switched off", "audit coupé")
    muted: tuple[str, ...] = said("muted by", "rendu muet par")


def subject(params: Params) -> str:
    """Return what the first rule is about, so that people recognise it."""
    more = len(params.rules) - 1
    return f"{params.rules[0]}{f' (+{more})' if more else ''}"


def observe(host: Host, params: Params) -> State:
    """Ask the kernel what is loaded, and read the files that augenrules(8) loads at boot.

    Raises:
        NotApplicable: the kernel takes none of the rules, as the folder that they watch is not
            there.
        Unseen: the kernel or the files cannot be asked.

    """
    loaded, status = _kernel(host.run("auditctl -l")), _kernel(host.run("auditctl -s"))
    files = host.run("cat /etc/audit/rules.d/*.rules")
    on_disk = "" if "No such file" in files.stderr else output_of(files)
    enabled = re.search(r"^enabled (\d)", status, re.MULTILINE)
    switch = int(enabled[1]) if enabled else 0
    rules = _for_programs(host, params.rules)
    lacking = _lacking(rules, f"{loaded}\n-e {switch}")
    absent = _without_folder(host, lacking)
    if absent and len(absent) == len(rules):
        raise NotApplicable(f"nothing to watch: {absent[0]}", f"rien à surveiller : {absent[0]}")
    lacking = tuple(rule for rule in lacking if rule not in absent)
    return State(
        not_loaded=() if switch == LOCKED else lacking,
        locked_out=lacking if switch == LOCKED else (),
        not_on_disk=tuple(rule for rule in _lacking(rules, on_disk) if rule not in absent),
        silenced=bool(loaded) and (switch == 0 or _silent(loaded)),
        muted=tuple(dict.fromkeys([*_muting(rules, loaded), *_muting(rules, on_disk)])),
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that nothing lacks, now and after a reboot."""
    nothing = Equals(())
    return {
        "not_loaded": nothing,
        "locked_out": nothing,
        "not_on_disk": nothing,
        "silenced": Equals(value=False),
        "muted": nothing,
    }


def touches(params: Params) -> Resources:
    """Return the files of rules, and the one that augenrules makes of all of them."""
    files = {FINAL if rule.startswith("-e ") else RULES for rule in params.rules}
    return (
        *FILE.each(tuple(sorted(files))),
        GENERATED("/etc/audit/audit.rules"),
        GENERATED("/etc/audit/audit.rules.prev"),
    )


def final(params: Params) -> Text | None:
    """Return that a lock stays until the next reboot, whatever an undo puts back."""
    if "-e 2" not in params.rules:
        return None
    return Text(
        en="once locked, the kernel's audit rules cannot be changed before a reboot",
        fr=(
            "une fois verrouillées, les règles d’audit du noyau ne changent plus avant un"
            " redémarrage"
        ),
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the file with the rules that lack; one that no folder is there for is left out, not
    the others.

    Raises:
        Unseen: a rule of somebody else stands before ours.

    """
    muting = draft.seen.get("muted")
    if isinstance(muting, list | tuple) and muting:
        raise Unseen(
            f'"{muting[0]}" comes first and mutes it: take it out of /etc/audit/rules.d and load'
            " the rules again",
            f"« {muting[0]} » passe avant et la rend muette : la retirer de /etc/audit/rules.d et"
            " recharger les règles",
        )
    lacking = draft.seen.get("not_on_disk", params.rules)
    text = draft.text or ""
    for rule in lacking if isinstance(lacking, list | tuple) else ():
        final = rule.startswith("-e ")
        if final == (draft.path == FINAL):
            text = set_line(
                text or _start(draft), r"-e\s" if final else re.escape(rule) + r"\s*$", rule
            )
    return text


def _start(draft: Draft) -> str:
    """Return the head of a new file; "-c": a rule that the kernel refuses does not keep the others
    out.
    """
    return start(draft) + ("" if draft.path == FINAL else "-c\n")


def _kernel(answer: CommandResult) -> str:
    """Return what auditctl says; without the program nothing is loaded."""
    # "not found", in every shell
    return "" if answer.rc == 127 else output_of(answer)  # noqa: PLR2004


def _for_programs(host: Host, rules: Sequence[str]) -> Sequence[str]:
    """Return the rules, one for each setuid or setgid program in the place of one that speaks of
    {program}.
    """
    if not any(PROGRAM in rule for rule in rules):
        return rules
    programs = walked(host.run(WALK)).get("s", Found())
    if programs.count > len(programs.paths):
        raise Unseen(
            f"{programs.count} setuid programs: too many",
            f"{programs.count} programmes setuid : trop",
        )
    names = sorted(map(shown, programs.paths))
    return [
        rule.replace(PROGRAM, name)
        for rule in rules
        for name in (names if PROGRAM in rule else ("",))
    ]


def _without_folder(host: Host, rules: Iterable[str]) -> Sequence[str]:
    """Return the rules that watch something in a folder that is not there: the kernel takes none of
    them.
    """
    paths = {
        rule: item[5:]
        for rule in rules
        for item in read_rule(rule).filters
        if item.startswith("path=")
    }
    if not paths:
        return []
    names = tuple(dict.fromkeys(paths.values()))
    command = _FOLDERLESS + " %s" * len(names)
    absent = set(output_of(host.run(command, *names)).splitlines())
    return [rule for rule, path in paths.items() if path in absent]


def _silent(loaded: str) -> bool:
    """Return whether a rule keeps the kernel from auditing any process: "-a task,never"."""
    return any(rule.place == {"never", "task"} and not rule.filters for rule in known_rules(loaded))


def _muting(rules: Iterable[str], text: str) -> Iterator[str]:
    """Yield the rules that stand before one that is asked for, and keep its events back: the first
    match counts.
    """
    there = sorted(known_rules(text), key=lambda rule: not rule.line.startswith("-A"))
    for asked in map(read_rule, rules):
        for call in asked.calls or (None,):
            # Used at once
            before = takewhile(lambda rule: not rule.does(asked, call), there)  # noqa: B023
            excluded = (rule for rule in there if "exclude" in rule.place)
            yield from (
                rule.line
                for rule in (*before, *excluded)
                if asked.enabled is None and rule.hides(asked, call)
            )


def _lacking(rules: Iterable[str], text: str) -> tuple[str, ...]:
    there = known_rules(text)
    return tuple(rule for rule in rules if not _covered(read_rule(rule), there))


def _covered(asked: AuditRule, there: Sequence[AuditRule]) -> bool:
    """Return whether each system call that a rule asks for is reported by one of those that are
    there.
    """
    if asked.enabled is not None:
        switches = [rule.enabled for rule in there if rule.enabled is not None]
        return bool(switches) and switches[-1] >= asked.enabled
    return all(any(rule.does(asked, call) for rule in there) for call in asked.calls or (None,))
