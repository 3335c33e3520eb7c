"""What a preview says will be done, beside the files that it shows."""

from __future__ import annotations

from collections.abc import Iterable

from tuile.policy.change.fix import Fix
from tuile.policy.change.preview import Step
from tuile.policy.change.resource import Resource
from tuile.policy.errors import Unseen
from tuile.policy.text import Text

_UNKNOWN = Text(
    en="what {} brings along is not known before", fr="ce que {} entraîne n'est pas connu d'avance"
)


_FINAL = Text(en="no undo takes back {}", fr="sans retour possible : {}")


def steps(fix: Fix) -> Iterable[Step]:
    """Yield what putting one rule right will do on a host."""
    touched = sorted(fix.touches, key=lambda resource: resource.type.rank)
    if fix.final:
        yield Step(_FINAL, fix.verdict.subject)
    for resource in touched:
        if resource.type.step is not None:
            yield Step(resource.type.step, resource.name)
    if isinstance(fix.along, Unseen):
        why = fix.along.text
        words = Text(f"{_UNKNOWN.en}: {why.en}", f"{_UNKNOWN.fr} : {why.fr}")
        yield Step(words, fix.verdict.subject)
    for name in dict.fromkeys(one.name for one in touched if one.type.warning(one.name)):
        yield from _warnings(name, touched)


def _warnings(name: str, touched: Iterable[Resource]) -> Iterable[Step]:
    """Yield what a person is told of one name, once, whatever is done to it."""
    told = (one.type.warning(name) for one in touched if one.name == name)
    yield from (Step(words, name) for words in dict.fromkeys(told) if words is not None)
