"""From failing verdicts and the files as they stand to what exactly is to be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tuile.policy.change.preview import Blocked, FilePreview, HostPreview, RulePreview, Step
from tuile.policy.errors import Impossible, Unseen
from tuile.policy.kind import Draft, Kind, Login, Touches
from tuile.policy.model import HostResult, Outcome, PlannedRule, Verdict
from tuile.policy.text import Text


@dataclass(frozen=True)
class Fix:
    """One failing rule that can be put right."""

    planned: PlannedRule
    kind: Kind
    params: Any
    verdict: Verdict
    along: Touches | Unseen = field(default_factory=Touches)
    """What comes along with it, as the host foresaw; Unseen: why nobody can say before."""

    login: Login | None = None
    """Who logs in to put it right, where that is known."""

    @property
    def shuts_out(self) -> Text | None:
        """Return why putting it right would shut out who logs in, None where it would not."""
        asked = self.kind.shuts_out
        return asked(self.params, self.login, self.verdict.observed or {}) if asked and self.login else None

    @property
    def touches(self) -> Touches:
        """Return what putting it right may change.

        Raises:
            Unseen: no program can put it right, as was observed or as the host foresaw.

        """
        if isinstance(self.along, Impossible):
            raise self.along
        touches = self.kind.touches(self.params)
        if isinstance(self.along, Touches):
            touches = touches.and_also(self.along)
        if self.kind.also_touches is None:
            return touches
        return touches.and_also(self.kind.also_touches(self.params, self.verdict.observed or {}))

    @property
    def final(self) -> Text | None:
        """Return why no undo can take back what putting it right does, None where one can."""
        return self.kind.final(self.params) if self.kind.final else None

    @property
    def leaves(self) -> Text | None:
        """Return which part of what is wrong stays for a person, None where all of it is put right."""
        return self.kind.leaves(self.params, self.verdict.observed or {}) if self.kind.leaves else None


@dataclass(frozen=True)
class KindFix:
    """The fixes of one kind on one host, with the files as they must be afterwards."""

    kind: Kind
    fixes: tuple[Fix, ...]
    files: tuple[FilePreview, ...]


@dataclass(frozen=True)
class Remediation:
    """What putting one host right comes to, kind by kind in the order of work."""

    host: str
    kinds: tuple[KindFix, ...] = ()
    blocked: tuple[Blocked, ...] = ()


Files = Mapping[str, str | Unseen | None]
"""The text of each file that may be rewritten: None, there is none; Unseen, it could not be read."""


def failing(result: HostResult, kinds: Mapping[str, Kind], read: Callable[[PlannedRule], Any]) -> list[Fix]:
    """Return the failing rules of a host; `read` gives the typed parameters of a rule."""
    planned = {item.rule.id: item for item in result.plan.rules}
    failed = [verdict for verdict in result.verdicts if verdict.outcome is Outcome.failed]
    return [
        Fix(planned[verdict.rule], kinds[planned[verdict.rule].rule.kind], read(planned[verdict.rule]), verdict)
        for verdict in failed
    ]


def remediation(host: str, fixes: Iterable[Fix], files: Files, *, irreversible: bool = True) -> Remediation:
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
    for group in sorted(groups, key=lambda one: _turn(one, [other for other in groups if other is not one])):
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
            steps=tuple(_steps(fix)),
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
    for group in whole:
        folders = _written(whole) if group[0].kind.edit is None else set()
        first = [fix for fix in group if folders.intersection(fix.kind.touches(fix.params).files)]
        rest = [fix for fix in group if fix not in first]
        yield from (part for part in (first, rest) if part)


def _written(groups: Iterable[list[Fix]]) -> set[str]:
    """Return the folders in which kinds put files."""
    edits = (touches for group in groups if group[0].kind.edit for touches in _touches(group))
    return {path.rpartition("/")[0] for touches in edits for path in touches.files}


def _turn(group: list[Fix], others: list[list[Fix]]) -> tuple[int, int, str]:
    """Return the turn of a kind: packages first, they bring files and units; units last, they read files.

    Folders in which others put files are tightened before.
    A program that makes a file anew runs after the edits of that file, and before its mode and owner are set; so does
    whoever puts an edited file in place, as it was read but for its text.
    """
    touches = _touches(group)
    turn = 0 if any(t.packages for t in touches) else 2 if any(t.units for t in touches) else 1
    if group[0].kind.edit is None and any(_written(others).intersection(t.files) for t in touches):
        return turn, -1, group[0].kind.slug
    edited = {path for other in others if other[0].kind.edit for t in _touches(other) for path in t.files}
    made = {path for other in others for t in _touches(other) for path in t.regenerates}
    own = {path for t in touches for path in t.files} if group[0].kind.edit else set()
    if any((edited - own).intersection(t.regenerates) for t in touches):  # what it edits itself stands before it runs
        return turn, 1, group[0].kind.slug
    tightens = group[0].kind.edit is None and any((made | edited).intersection(t.files) for t in touches)
    return turn, 2 if tightens else 0, group[0].kind.slug


def _touches(group: list[Fix]) -> list[Touches]:
    return [fix.kind.touches(fix.params) for fix in group]


def _edit_all(group: list[Fix], texts: dict[str, str | Unseen | None]) -> tuple[KindFix, list[Blocked]]:
    """Edit the files of one kind; `texts` keeps what they become. A fix whose edit fails is left out and said."""
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
    touches = fix.touches
    if fix.kind.edit is None:
        return {}
    edited: dict[str, str | Unseen | None] = {}
    for path in touches.files:
        text = texts.get(path, Unseen(f"{path} was not read", f"{path} n'a pas été lu"))
        if isinstance(text, Unseen):
            raise text
        header = f"Written by Tuile for {fix.planned.baseline}."
        edited[path] = fix.kind.edit(Draft(path, text, header, fix.verdict.observed or {}), fix.params)
    return edited


def _text(text: str | Unseen | None) -> str | None:
    return None if isinstance(text, Unseen) else text


_STEPS = {
    "sysctls": Text(en="set {} in the kernel", fr="régler {} dans le noyau"),
    "modules": Text(en="unload {}", fr="décharger {}"),
    "mounts": Text(en="remount {}", fr="remonter {}"),
    "accounts": Text(en="change the account {}", fr="modifier le compte {}"),
    "packages": Text(en="install or remove {}", fr="installer ou retirer {}"),
    "units": Text(en="enable, start, stop or mask {}", fr="activer, démarrer, arrêter ou masquer {}"),
    "reloads": Text(en="reload {}", fr="recharger {}"),
    "regenerates": Text(en="generate {} anew", fr="régénérer {}"),
    "modes": Text(en="mode of {}", fr="droits de {}"),
}
_ATTRIBUTES = Text(en="mode and owner of {}", fr="droits et propriétaire de {}")

_UNKNOWN = Text(en="what {} brings along is not known before", fr="ce que {} entraîne n'est pas connu d'avance")

_CUTS = Text(en="may cut the sessions of {}", fr="peut couper les sessions de {}")
_HOLDS_SESSIONS = re.compile(
    r"(display-manager|(g|l|sd|x)dm3?|lightdm|xrdp(-sesman)?|systemd-logind|dbus(-broker)?|user@.*|getty@.*"
    r"|networking|NetworkManager|systemd-networkd|wpa_supplicant)(\.service)?"
)
"""Units that people or connections hang on: desktops, consoles, the network. sshd is none, as its sessions stay."""

_FINAL = Text(en="no undo takes back {}", fr="sans retour possible : {}")


def _steps(fix: Fix) -> Iterable[Step]:
    touches = fix.touches
    if fix.final:
        yield Step(_FINAL, fix.verdict.subject)
    for path in touches.files if fix.kind.edit is None else ():
        yield Step(_ATTRIBUTES, path)
    for name, words in _STEPS.items():
        for thing in getattr(touches, name):
            yield Step(words, thing)
    if isinstance(fix.along, Unseen):
        why = fix.along.text
        yield Step(Text(f"{_UNKNOWN.en}: {why.en}", f"{_UNKNOWN.fr} : {why.fr}"), fix.verdict.subject)
    for unit in dict.fromkeys((*touches.units, *touches.reloads)):
        if _HOLDS_SESSIONS.fullmatch(unit):
            yield Step(_CUTS, unit)
