"""Policy files are read with every mistake at once, each with its file and line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.workspace.repository.made import BASELINE, POLICY, read
from tuile.workspace import repository
from tuile.workspace.repository.yaml_file import read_yaml


def test_a_good_repository_has_no_mistakes(home: Path) -> None:
    """A baseline and an assignment are read into a policy."""
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")

    policy, mistakes = read(home)

    assert mistakes == []
    assert [rule.id for rule in policy.baselines[0].rules] == ["forwarding-off"]
    assert policy.assign[0].place.line == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("kind: sysctl", "kind: sysctll"), 'unknown kind "sysctll". Did you mean "sysctl"?'),
        (("severity: high", "severity: hihg"), '"severity" is "hihg". Did you mean "high"?'),
        (("level: minimal", "levle: minimal"), 'unknown key "levle". Did you mean "level"?'),
        (('value: "0"', "value: 0"), '"value" is 0, not text. Quote it: "0".'),
        (('value: "0"', "value: no"), '"value" is no, not text. Quote it: "no".'),
        (("key: net", "kye: net"), 'unknown key "kye". Did you mean "key"?'),
        (('en: "No forwarding"', 'de: "x"'), '"en" is missing.'),
        (("version: 1.0.0", "version: one"), '"version" is "one", which does not have the form'),
        (("severity: high", "severity: high\n    severity: low"), '"severity" is given twice.'),
        (("name: small", "name: &a small"), ""),
        (("  - id", "  -- id"), "not valid YAML:"),
    ],
)
def test_a_mistake_names_file_line_and_what_to_do(
    home: Path, change: tuple[str, str], expected: str
) -> None:
    """Each kind of mistake is reported once or more, in words, at its line."""
    path = home / "baselines/small.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")

    _, mistakes = read(home)

    assert any(expected in mistake for mistake in mistakes) == bool(expected)
    assert all(mistake.startswith("baselines/small.yaml:") for mistake in mistakes)


def test_all_mistakes_of_all_files_come_at_once(home: Path) -> None:
    """A wrong baseline, a wrong policy and a wrong waiver are reported together."""
    path = home / "baselines/small.yaml"
    path.write_text(BASELINE.replace("sysctl", "sysctll").replace("high", "hihg"), encoding="utf-8")
    (home / "policy.yaml").write_text("asign: []\n", encoding="utf-8")
    (home / "waivers.yaml").write_text("- {rule: forwarding-off}\n", encoding="utf-8")

    _, mistakes = read(home)

    assert [mistake for mistake in mistakes if "unknown kind" in mistake]
    assert [mistake for mistake in mistakes if '"hihg"' in mistake]
    assert [
        mistake for mistake in mistakes if 'unknown key "asign". Did you mean "assign"?' in mistake
    ]
    assert [mistake for mistake in mistakes if '"approver" is missing' in mistake]
    assert [mistake for mistake in mistakes if '"until" is missing' in mistake]


def test_a_mistake_in_a_rule_names_the_rule(home: Path) -> None:
    """The id of the rule stands in the message, so that it can be found by search."""
    path = home / "baselines/small.yaml"
    path.write_text(BASELINE.replace('"0"', "0"), encoding="utf-8")

    _, mistakes = read(home)

    assert mistakes == [
        'baselines/small.yaml:7: rule "forwarding-off": "value" is 0, not text. Quote it: "0".',
    ]


def test_an_alias_is_refused(home: Path) -> None:
    """YAML aliases, which can grow without bound, are a mistake."""
    path = home / "baselines/small.yaml"
    text = BASELINE.replace('title: {fr: "Petit"', 'title: &t {fr: "Petit"').replace(
        'title: {fr: "Pas de routage", en: "No forwarding"}', "title: *t"
    )
    path.write_text(text, encoding="utf-8")

    _, mistakes = read(home)

    assert mistakes == ["baselines/small.yaml:3: an alias (*name). Write the value out."]


def test_a_waiver_needs_another_approver_than_its_owner(home: Path) -> None:
    """A waiver that its owner approves is a mistake, whatever the case of the letters."""
    (home / "waivers.yaml").write_text(
        dedent("""\
        - rule: forwarding-off
          to: all
          reason: {fr: "Routeur", en: "Router"}
          owner: a@b.example
          approver: A@b.example
          until: 2027-01-31
        """),
        encoding="utf-8",
    )

    policy, mistakes = read(home)

    assert "approved by its owner" in mistakes[0]
    assert policy.waivers == ()


def test_an_impossible_date_is_a_mistake(home: Path) -> None:
    """31 February is refused at its line."""
    (home / "waivers.yaml").write_text(
        "- {rule: forwarding-off, to: all, reason: {fr: a, en: a}, owner: a, approver: b, until:"
        " 2027-02-31}\n",
        encoding="utf-8",
    )

    _, mistakes = read(home)

    assert mistakes == [
        'waivers.yaml:1: rule "": "until" is "2027-02-31", not a date.'.replace(' rule "":', "")
    ]


def test_a_baseline_named_on_the_command_line_takes_the_place_of_assignments(home: Path) -> None:
    """`--baseline` assigns to all hosts."""
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")

    policy, _ = read(home, repository.NamedBaseline("small", "high"))

    assert [(a.to, a.baseline.name, a.level.name) for a in policy.assign] == [
        ("all", "small", "high")
    ]


def test_a_file_that_is_not_text_is_a_mistake(home: Path) -> None:
    """Bytes that are no UTF-8 give words, not a traceback."""
    (home / "baselines/small.yaml").write_bytes(b"name: \xff\xfe\x00")

    _, mistakes = read(home)

    assert "not valid YAML" in mistakes[0]


def test_a_file_that_passed_is_not_parsed_again_until_it_changes(
    home: Path, tmp_path: Path
) -> None:
    """What is remembered is what was read, and holds for the very bytes and the very kinds only."""
    passed = repository.Passed(tmp_path / "memory", "kinds")
    path = home / "baselines/small.yaml"
    found = read_yaml(path)
    assert passed.recall(path) is None
    passed.note(path, found)

    again = passed.recall(path)
    assert again is not None
    assert (again.file, again.data, again.lines) == (found.file, found.data, found.lines)
    assert repository.Passed(tmp_path / "memory", "other kinds").recall(path) is None
    path.write_text(BASELINE + "# changed\n", encoding="utf-8")
    assert passed.recall(path) is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"mark": "x"}', "null"])
def test_a_damaged_memory_is_no_memory(home: Path, tmp_path: Path, damage: str) -> None:
    """A remembered file that cannot be read leads to the file itself, and is replaced."""
    passed = repository.Passed(tmp_path / "memory", "kinds")
    path = home / "baselines/small.yaml"
    passed.note(path, read_yaml(path))
    (memory,) = (tmp_path / "memory").iterdir()
    memory.write_text(damage, encoding="utf-8")

    assert passed.recall(path) is None
    passed.note(path, read_yaml(path))
    assert passed.recall(path) is not None


def test_a_file_with_mistakes_is_not_remembered(home: Path, tmp_path: Path) -> None:
    """A mistake is said each time."""
    (home / "baselines/small.yaml").write_text("name: 3\n", encoding="utf-8")
    sources = repository.Sources(homes=(home,), passed=repository.Passed(tmp_path / "memory"))

    first, second = (repository.read_policy(sources, None)[1] for _ in range(2))

    assert first
    assert first == second
