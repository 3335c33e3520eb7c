"""Kinds of policy repositories of older versions find what they import."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tuile.catalog import load_kind
from tuile.former_names import MODULES, NAMES

OLD = '''"""A word is said."""

from dataclasses import dataclass

from tuile.policy.condition import Equals
from tuile.policy.kind import Touches, output_of, said, together
from tuile.policy.lines import set_line
from tuile.policy.text import Text

CHECKED = PUT_RIGHT = Text("As it was.", "Comme avant.")


@dataclass(frozen=True)
class Params:
    """What a rule says."""


@dataclass(frozen=True)
class State:
    """What was seen."""

    word: str = said("word", "mot")


def subject(params):
    """Return the word."""
    return "word"


def observe(host, params):
    """Look."""
    return State(output_of(host.run("true")))


def wanted(params):
    """Return the condition."""
    return {"word": Equals("")}


def touches(params):
    """Return the file."""
    return Touches(files=("/etc/word",))


def edit(draft, params):
    """Return the text."""
    return set_line(draft, "word", "#")
'''


@pytest.mark.parametrize("place", ["checks", "checks/linux"])
def test_a_kind_of_an_older_repository_is_loaded(tmp_path: Path, place: str) -> None:
    """A kind that imports by former names loads, from `checks/` itself and from its platform's
    folder.
    """
    (tmp_path / place).mkdir(parents=True)
    module = tmp_path / place / "word.py"
    module.write_text(OLD, encoding="utf-8")
    kind = load_kind(module)
    assert (kind.slug, kind.platform) == ("word", "linux")
    assert kind.role == str(tmp_path / place.replace("checks", "roles") / "word")


def test_each_new_place_is_there() -> None:
    """Every place that a former name leads to exists, and has the names that are looked for there."""
    for place in MODULES.values():
        importlib.import_module(place)
    for names in NAMES.values():
        for name, place in names.items():
            assert hasattr(importlib.import_module(place), name)
