"""Kinds are found by folder, loaded when needed, and held to their contract."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tuile import catalog
from tuile.catalog import Kinds, code_digest, load_kind, params_schema, read_params
from tuile.policy.errors import PolicyMistakes

GOOD = '''"""A word is said."""

from __future__ import annotations

from dataclasses import dataclass

from tuile.policy.condition import Equals
from tuile.policy.kind import said
from tuile.policy.text import Text


CHECKED = Text("Listens.", "Écoute.")
PUT_RIGHT = Text("Speaks.", "Parle.")


@dataclass(frozen=True)
class Params:
    word: str
    loud: bool = False


@dataclass(frozen=True)
class State:
    word: str = said("", "")


def subject(params):
    return "word"


def observe(host, params):
    return State(host.run("cat /word").stdout)


def wanted(params):
    return {"word": Equals(params.word)}


def touches(params):
    return ()
'''


def home(folder: Path, **modules: str) -> Path:
    """Write modules into `checks/` of a folder and return it."""
    (folder / "checks").mkdir(parents=True)
    for name, text in modules.items():
        (folder / f"checks/{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_a_kind_in_another_home_works_like_those_that_ship(tmp_path: Path) -> None:
    """It is found by its file name, and its parameters have a schema and types."""
    kinds = Kinds(home(tmp_path, word=GOOD), catalog.shipped())

    kind = kinds["word"]
    assert (kind.slug, kind.summary, kind.edit) == ("word", "A word is said.", None)
    assert kind.role == str(tmp_path.resolve() / "roles" / kind.slug)
    assert params_schema(kind)["required"] == ["word"]
    assert params_schema(kind)["additionalProperties"] is False
    assert read_params(kind, {"word": "hi"}).loud is False
    assert "sysctl" in kinds
    assert len(kinds) == len(list(kinds)) > 8


def test_finding_kinds_runs_none_of_them(tmp_path: Path) -> None:
    """A module is executed only when its kind is asked for."""
    kinds = Kinds(home(tmp_path, trap="raise SystemExit"))

    assert list(kinds) == ["trap"]


def test_tests_and_private_modules_are_no_kinds(tmp_path: Path) -> None:
    """`conftest.py`, `test_*.py` and `_*.py` are left out."""
    assert list(Kinds(home(tmp_path, conftest="", test_word="", _private="", word=GOOD))) == [
        "word"
    ]


def test_two_kinds_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    """A repository cannot replace a kind that ships behind its user's back."""
    with pytest.raises(PolicyMistakes, match='kind "sysctl" is also in'):
        Kinds(home(tmp_path, sysctl=GOOD), catalog.shipped())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"""A word is said."""', ""), "has no docstring"),
        (("class Params", "class Parameters"), "has no dataclass Params"),
        (
            ("def touches", "def touch"),
            "has no function touches, and does not say CHECK_ONLY = True",
        ),
        (("CHECKED", "CHECKS"), "has no text CHECKED"),
        (('"Parle."', '""'), "has no text PUT_RIGHT"),
        (
            ("CHECKED", 'DOES_NOT_SEE = ("half",)\nCHECKED'),
            "has a DOES_NOT_SEE that is not a tuple of Text",
        ),
        (
            ("CHECKED", "HUMAN = True\nCHECKED"),
            "is HUMAN, and its State is not tuile.policy.attestation.Answer",
        ),
        (("CHECKED", "CHECK_ONLY = True\nCHECKED"), "is checked only, and has a function touches"),
        (
            ('word: str = said("", "")', 'word: str = ""'),
            "State.word is not declared with said(en, fr)",
        ),
        (("from __future__", "from __past__"), "cannot be imported"),
        (("def subject(params):", "def subject(params)"), "cannot be imported: SyntaxError"),
    ],
)
def test_a_module_that_breaks_the_contract_is_a_mistake(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    """The file and what it lacks are named."""
    path = home(tmp_path, word=GOOD.replace(*change)) / "checks/word.py"

    with pytest.raises(PolicyMistakes) as caught:
        load_kind(path)

    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_a_kind_that_no_program_puts_right_touches_nothing(tmp_path: Path) -> None:
    """It needs no `touches`; a kind that a person answers for is one of them."""
    bare = GOOD.replace("CHECKED", "{} = True\nCHECKED").replace(
        "def touches(params):\n    return ()\n", ""
    )
    only, human, role = (
        load_kind(home(tmp_path / name, word=text) / "checks/word.py")
        for name, text in (
            ("only", bare.replace("{}", "CHECK_ONLY")),
            (
                "human",
                bare.replace("{}", "HUMAN")
                + "\n\nfrom tuile.policy.attestation import Answer as State\n",
            ),
            ("role", GOOD),
        )
    )

    assert [(kind.check_only, kind.human) for kind in (only, human, role)] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    assert only.touches(None) == ()


def test_the_digest_of_the_code_follows_every_file(tmp_path: Path) -> None:
    """A change in a check or in any file of a role changes it; compiled files do not."""
    folder = home(tmp_path, word=GOOD)
    (folder / "roles/word/tasks").mkdir(parents=True)
    first = code_digest(folder)
    (folder / "checks/word.pyc").write_bytes(b"compiled")
    assert code_digest(folder) == first
    (folder / "roles/word/tasks/main.yml").write_text("- debug:\n", encoding="utf-8")
    second = code_digest(folder)
    assert second != first
    (folder / "checks/word.py").write_text(GOOD + "\n", encoding="utf-8")
    assert code_digest(folder) not in (first, second)


def test_a_module_that_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    """A broken kind is not in sys.modules for others to find."""
    path = home(tmp_path, broken="1 / 0") / "checks/broken.py"

    with pytest.raises(PolicyMistakes, match="ZeroDivisionError"):
        load_kind(path)

    assert not [name for name in sys.modules if name.endswith("_broken")]
