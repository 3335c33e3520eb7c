"""From failing verdicts and the files as they stand to what exactly is to be done: pure, shown first, then handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tuile.policy.errors import Unseen
from tuile.policy.kind import Draft, Kind, Touches
from tuile.policy.model import HostResult, Outcome, PlannedRule, Verdict
from tuile.policy.preview import Blocked, FilePreview, HostPreview, RulePreview
from tuile.policy.text import Text, both


@dataclass(frozen=True)
class Fix:
    """One failing rule that can be put right."""

    planned: PlannedRule
    kind: Kind
    params: Any
    verdict: Verdict

    @property
    def touches(self) -> Touches:
        """Return what putting it right may change."""
        return self.kind.touches(self.params)


@dataclass(frozen=True)
class KindFix:
    """The fixes of one kind on one host, with the files as they must be afterwards."""

    kind: Kind
    fixes: tuple[Fix, ...]
    files: tuple[FilePreview, ...]


@dataclass(frozen=True)
class Remedy:
    """What putting one host right comes to, kind by kind in the order of work."""

    host: str
    kinds: tuple[KindFix, ...] = ()
    blocked: tuple[Blocked, ...] = ()


Files = Mapping[str, str | None | Unseen]
"""The text of each file that may be rewritten: None, there is none; Unseen, it could not be read."""


def failing(result: HostResult, kinds: Mapping[str, Kind], read: Callable[[PlannedRule], Any]) -> list[Fix]:
    """Return the failing rules of a host; `read` gives the typed parameters of a rule."""
    planned = {item.rule.id: item for item in result.plan.rules}
    failed = [verdict for verdict in result.verdicts if verdict.outcome is Outcome.failed]
    return [
        Fix(planned[verdict.rule], kinds[planned[verdict.rule].rule.kind], read(planned[verdict.rule]), verdict)
        for verdict in failed
    ]


def remedy(host: str, fixes: Iterable[Fix], files: Files) -> Remedy:
    """Return what is to be done on one host: each file edited by all its fixes in turn."""
    by_kind: dict[str, list[Fix]] = {}
    for fix in fixes:
        by_kind.setdefault(fix.kind.slug, []).append(fix)
    texts = dict(files)
    kinds: list[KindFix] = []
    blocked: list[Blocked] = []
    for group in sorted(by_kind.values(), key=_turn):
        done, stuck = _edit_all(group, texts)
        blocked += stuck
        if done.fixes:
            kinds.append(done)
    return Remedy(host, tuple(kinds), tuple(blocked))


def preview(todo: Remedy) -> HostPreview:
    """Return what is shown of a remedy before it is carried out."""
    fixes = [fix for kind in todo.kinds for fix in kind.fixes]
    rules = [
        RulePreview(
            rule=fix.planned.rule.id,
            subject=fix.verdict.subject,
            severity=fix.planned.rule.severity,
            risk=fix.planned.rule.risk,
            differences=fix.verdict.differences,
            steps=tuple(_steps(fix)),
        )
        for fix in sorted(fixes, key=lambda fix: (-fix.planned.rule.severity, fix.planned.rule.id))
    ]
    files = tuple(file for kind in todo.kinds for file in kind.files)
    return HostPreview(todo.host, tuple(rules), files, todo.blocked)


def _turn(group: list[Fix]) -> tuple[int, str]:
    """Packages first, since they bring files and units; units last, since they read files."""
    touches = [fix.touches for fix in group]
    turn = 0 if any(t.packages for t in touches) else 2 if any(t.units for t in touches) else 1
    return turn, group[0].kind.slug


def _edit_all(group: list[Fix], texts: dict[str, str | None | Unseen]) -> tuple[KindFix, list[Blocked]]:
    """Edit the files of one kind; `texts` keeps what they become. A fix whose edit fails is left out and said."""
    before = dict(texts)
    done: list[Fix] = []
    blocked: list[Blocked] = []
    askers: dict[str, list[str]] = {}
    for fix in group:
        try:
            edited = _edited(fix, texts)
        except Unseen as error:
            rule = fix.planned.rule
            blocked.append(Blocked(rule.id, fix.verdict.subject, rule.severity, both(str(error))))
            continue
        done.append(fix)
        texts.update(edited)
        for path in edited:
            askers.setdefault(path, []).append(fix.planned.rule.id)
    files = tuple(
        FilePreview(path, _text(before[path]), _text(texts[path]) or "", (), tuple(rules))
        for path, rules in sorted(askers.items())
        if (before[path] or "") != texts[path]
    )
    return KindFix(group[0].kind, tuple(done), files), blocked


def _edited(fix: Fix, texts: Mapping[str, str | None | Unseen]) -> dict[str, str | None | Unseen]:
    if fix.kind.edit is None:
        return {}
    edited: dict[str, str | None | Unseen] = {}
    for path in fix.touches.files:
        text = texts.get(path, Unseen(f"{path} was not read"))
        if isinstance(text, Unseen):
            raise text
        header = f"Written by Tuile for {fix.planned.baseline}."
        edited[path] = fix.kind.edit(Draft(path, text, header, fix.verdict.observed or {}), fix.params)
    return edited


def _text(text: str | None | Unseen) -> str | None:
    return None if isinstance(text, Unseen) else text


def _steps(fix: Fix) -> Iterable[Text]:
    touches = fix.touches
    if fix.kind.edit is None:
        for path in touches.files:
            yield Text(en=f"mode and owner of {path}", fr=f"droits et propriétaire de {path}")
    for key in touches.sysctls:
        yield Text(en=f"set {key} in the kernel", fr=f"régler {key} dans le noyau")
    for module in touches.modules:
        yield Text(en=f"unload module {module}", fr=f"décharger le module {module}")
    for path in touches.mounts:
        yield Text(en=f"remount {path}", fr=f"remonter {path}")
    for package in touches.packages:
        yield Text(en=f"install or remove package {package}", fr=f"installer ou retirer le paquet {package}")
    for unit in touches.units:
        yield Text(en=f"enable, start, stop or mask {unit}", fr=f"activer, démarrer, arrêter ou masquer {unit}")
    for unit in touches.reloads:
        yield Text(en=f"reload {unit}", fr=f"recharger {unit}")
