"""All that can be said of a rule without looking at a host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tuile.policy.condition import Condition
from tuile.policy.kind import Resources
from tuile.policy.model import Applies, Rule
from tuile.policy.text import Text


@dataclass(frozen=True)
class Explanation:
    """A rule, the baselines that have it, what it wants of what, how it is seen and put right, what
    it meets.
    """

    rule: Rule
    baselines: tuple[str, ...]
    subject: str
    kind_summary: str
    checked: Text
    put_right: Text
    check_only: bool
    """No program puts it right: `put_right` says what a person has to do."""
    human: bool
    """A person answers for it."""
    wanted: tuple[tuple[Text, Condition], ...]
    touches: Resources
    final: Text | None
    """Why no undo takes back what putting it right does; None where one does."""
    controls: Mapping[str, tuple[str, ...]]
    """By framework, with its version."""


def where(applies: Applies) -> Iterator[Text]:
    """Yield the restrictions on where a rule has an object."""
    if applies.os or applies.version:
        system = " ".join([", ".join(applies.os), ", ".join(applies.version)]).strip()
        yield Text(f"under {system}", f"sous {system}")
    if applies.package:
        yield Text(f"where {applies.package} is installed", f"si {applies.package} est installé")
    if applies.container is not None:
        yield _CONTAINER[applies.container]
    if applies.virtual is not None:
        yield _VIRTUAL[applies.virtual]
    for uses in (applies.session_model, applies.zone):
        if uses:
            words = [use.words for use in uses]
            yield Text(
                f"for {' or '.join(one.en for one in words)}",
                f"pour {' ou '.join(one.fr for one in words)}",
            )


_CONTAINER = {
    True: Text("in containers only", "dans les conteneurs seulement"),
    False: Text("not in containers", "hors des conteneurs"),
}
_VIRTUAL = {
    True: Text("in virtual machines only", "dans les machines virtuelles seulement"),
    False: Text("not in virtual machines", "hors des machines virtuelles"),
}
