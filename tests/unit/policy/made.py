"""Values for the tests of the core, made with few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.kernel import SYSCTL
from tuile.policy.condition import AtLeast, Condition, Equals
from tuile.policy.errors import Place
from tuile.policy.kind import Draft, Kind, said
from tuile.policy.model import Baseline, Level, Reference, Rule, Severity
from tuile.policy.text import Text, both

TITLE = Text("Title", "Titre")


@dataclass(frozen=True)
class Params:
    """A key and the least that it may be."""

    key: str
    least: int = 1


@dataclass(frozen=True)
class State:
    """What is and whether it stays."""

    running: int | None = said("", "")
    lasting: bool = said("after a reboot", "après redémarrage")


def wanted(params: Params) -> Mapping[str, Condition]:
    """Want at least that, for good."""
    return {"running": AtLeast(params.least), "lasting": Equals(value=True)}


def edit(draft: Draft, params: Params) -> str:
    """Add a line."""
    return f"{draft.text or draft.header + chr(10)}{params.key}={params.least}\n"


KIND = Kind(
    slug="dial",
    summary="A dial stands high enough",
    params=Params,
    state=State,
    subject=lambda params: params.key,
    observe=lambda _host, _params: State(1, lasting=True),
    wanted=wanted,
    touches=lambda params: (FILE("/etc/dial.conf"), SYSCTL(params.key)),
    edit=edit,
    platform="linux",
    role="/policy/roles/a_kind",
    checked=both("Reads the dial."),
    put_right=both("Turns the dial."),
)


def rule(name: str, line: int = 0, **fields: Any) -> Rule:  # noqa: ANN401 -- any field of a rule
    """Return a rule about the dial of that name, at level minimal unless said otherwise."""
    given = {"level": Level.minimal, "severity": Severity.medium, "params": {"key": name}, **fields}
    return Rule(
        id=name, kind="dial", title=TITLE, why=both("why"), place=Place("b.yaml", line), **given
    )


# Any field
def baseline(name: str, *rules: Rule, version: str = "1.0.0", **fields: Any) -> Baseline:  # noqa: ANN401
    """Return a baseline; `extends` may be given as words."""
    parents = tuple(reference(words) for words in fields.pop("extends", ()))
    return Baseline(name, version, TITLE, rules, parents, place=Place(f"{name}.yaml", 1), **fields)


def reference(words: str) -> Reference:
    """Return the reference that these words are: "linux@1.0.0"."""
    name, _, version = words.partition("@")
    return Reference(name, version or None, Place("policy.yaml", 1))
