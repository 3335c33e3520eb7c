"""From failing verdicts and the files as they stand to what exactly is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tuile.policy.change.fix import Fix, KindFix, Remediation
from tuile.policy.change.preview import Blocked, FilePreview, HostPreview, RulePreview
from tuile.policy.change.resource import Resource, Stage, computed, generated, untouched
from tuile.policy.change.steps import steps
from tuile.policy.errors import Unseen
from tuile.policy.kind import Draft, Kind, Resources
from tuile.policy.model import HostResult, Outcome, PlannedRule
from tuile.policy.text import Text

Files = Mapping[str, str | Unseen | None]
"""The text of each file that may be rewritten: None, there is none; Unseen, it could not be read.
"""


def failing(
    result: HostResult, kinds: Mapping[str, Kind], read: Callable[[PlannedRule], Any]
) -> list[Fix]:
    """Return the failing rules of a host; `read` gives the typed parameters of a rule."""
    planned = {item.rule.id: item for item in result.plan.rules}
    failed = [verdict for verdict in result.verdicts if verdict.outcome is Outcome.failed]
    return [
        Fix(
            planned[verdict.rule],
            kinds[planned[verdict.rule].rule.kind],
            read(planned[verdict.rule]),
            verdict,
        )
        for verdict in failed
    ]


def remediation(
    host: str, fixes: Iterable[Fix], files: Files, *, irreversible: bool = True
) -> Remediation:
    """Return what is to be done on one host: each file edited by all its fixes in turn.

    `irreversible`: whether what no undo can take back is done as well, or left.
    """
    by_kind: dict[str, list[Fix]] = {}
    blocked: list[Blocked] = []
    for fix in fixes:
        if fix.kind.check_only:
            blocked.append(_blocked(fix, fix.kind.put_right))
        elif why := fix.shuts_out:
            blocked.append(_blocked(fix, why))
        elif fix.final and not irreversible:
            blocked.append(_blocked(fix, _one_way(fix.final)))
        else:
            by_kind.setdefault(fix.kind.slug, []).append(fix)
    texts = dict(files)
    kinds: list[KindFix] = []
    groups = list(_folders_apart(by_kind.values()))
    for group in sorted(
        groups, key=lambda one: _turn(one, [other for other in groups if other is not one])
    ):
        done, stuck = _edit_all(group, texts)
        blocked += stuck
        if done.fixes:
            kinds.append(done)
    return Remediation(host, tuple(kinds), tuple(blocked))


def preview(todo: Remediation) -> HostPreview:
    """Return what is shown of a remedy before it is carried out."""
    fixes = [fix for kind in todo.kinds for fix in kind.fixes]
    rules = [
        RulePreview(
            rule=fix.planned.rule.id,
            subject=fix.verdict.subject,
            severity=fix.planned.rule.severity,
            risk=fix.planned.rule.risk,
            differences=fix.verdict.differences,
            steps=tuple(steps(fix)),
            leaves=fix.leaves,
        )
        for fix in sorted(fixes, key=lambda fix: (-fix.planned.rule.severity, fix.planned.rule.id))
    ]
    files = tuple(file for kind in todo.kinds for file in kind.files)
    return HostPreview(todo.host, tuple(rules), files, todo.blocked)


def _folders_apart(groups: Iterable[list[Fix]]) -> Iterator[list[Fix]]:
    """Yield the groups, and apart from their kind the folders in which other kinds put files.

    Files are put only in folders in which nobody else may write: the folders come first.
    """
    whole = list(groups)
    folders = _folders_of_files(whole)
    for group in whole:
        first = [fix for fix in group if folders.intersection(untouched(_own(fix)))]
        rest = [fix for fix in group if fix not in first]
        yield from (part for part in (first, rest) if part)


def _folders_of_files(groups: Iterable[list[Fix]]) -> set[str]:
    """Return the folders in which kinds put files."""
    return {path.rpartition("/")[0] for group in groups for path in computed(_touched(group))}


def _turn(group: list[Fix], others: list[list[Fix]]) -> tuple[int, int, str]:
    """Return the turn of a kind: what brings files comes first, what reads them last.

    Folders in which others put files are tightened before. A program that makes a file anew runs
    after the edits of that file, and before its mode and owner are set; so does whoever puts an
    edited file in place, as it was read but for its text.
    """
    touched = _touched(group)
    slug, tightened = group[0].kind.slug, set(untouched(touched))
    stages = {resource.type.stage for resource in touched} - {Stage.between}
    stage = min(stages, default=Stage.between)
    if tightened & _folders_of_files(others):
        return stage, -1, slug
    elsewhere = [resource for other in others for resource in _touched(other)]
    edited, made = set(computed(elsewhere)), set(generated(elsewhere))
    if (edited - set(computed(touched))).intersection(generated(touched)):
        return stage, 1, slug  # what it edits itself stands before it runs
    return stage, 2 if tightened & (made | edited) else 0, slug


def _touched(group: list[Fix]) -> list[Resource]:
    return [resource for fix in group for resource in _own(fix)]


def _own(fix: Fix) -> Resources:
    return fix.kind.touches(fix.params)


def _edit_all(
    group: list[Fix], texts: dict[str, str | Unseen | None]
) -> tuple[KindFix, list[Blocked]]:
    """Edit the files of one kind; `texts` keeps what they become.

    A fix whose edit fails is left out and said.
    """
    before = dict(texts)
    done: list[Fix] = []
    blocked: list[Blocked] = []
    askers: dict[str, list[str]] = {}
    for fix in group:
        try:
            edited = _edited(fix, texts)
        except Unseen as error:
            blocked.append(_blocked(fix, error.text))
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


def _one_way(why: Text) -> Text:
    return Text(
        f"no undo can take it back: {why.en}. To do it all the same, say --irreversible",
        f"sans retour possible : {why.fr}. Pour le faire malgré tout : --irreversible",
    )


def _blocked(fix: Fix, why: Text) -> Blocked:
    return Blocked(fix.planned.rule.id, fix.verdict.subject, fix.planned.rule.severity, why)


def _edited(fix: Fix, texts: Mapping[str, str | Unseen | None]) -> dict[str, str | Unseen | None]:
    touched = fix.touches
    if fix.kind.edit is None:
        return {}
    edited: dict[str, str | Unseen | None] = {}
    for path in computed(touched):
        text = texts.get(path, Unseen(f"{path} was not read", f"{path} n'a pas été lu"))
        if isinstance(text, Unseen):
            raise text
        header = f"Written by Tuile for {fix.planned.baseline}."
        edited[path] = fix.kind.edit(
            Draft(path, text, header, fix.verdict.observed or {}), fix.params
        )
    return edited


def _text(text: str | Unseen | None) -> str | None:
    return None if isinstance(text, Unseen) else text
