"""Policy files are read with every mistake at once, each with its file and line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from textwrap import dedent

import pytest

from tuile import catalog, repo
from tuile.repo.yaml_file import read_yaml

BASELINE = """\
name: small
version: 1.0.0
title: {fr: "Petit", en: "Small"}
rules:
  - id: forwarding-off
    kind: sysctl
    params: {key: net.ipv4.ip_forward, value: "0"}
    level: minimal
    severity: high
    title: {fr: "Pas de routage", en: "No forwarding"}
    why: {fr: "Un serveur ne route pas.", en: "A server does not route."}
"""
POLICY = """\
assign:
  - {to: all, baseline: small@1.0.0, level: minimal}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a policy repository with one good baseline."""
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines/small.yaml").write_text(BASELINE, encoding="utf-8")
    return tmp_path


def read(home: Path, named: repo.NamedBaseline | None = None) -> tuple[object, list[str]]:
    """Read a repository; return the policy and the mistakes as people see them, without the folder."""
    kinds = catalog.Kinds()
    sources = repo.Sources(
        homes=(home,), beside=home, kinds=tuple(kinds), params_schema=lambda slug: catalog.params_schema(kinds[slug])
    )
    policy, mistakes = repo.read_policy(sources, named)
    return policy, [str(mistake).replace(f"{home}/", "") for mistake in mistakes]


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
def test_a_mistake_names_file_line_and_what_to_do(home: Path, change: tuple[str, str], expected: str) -> None:
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
    assert [mistake for mistake in mistakes if 'unknown key "asign". Did you mean "assign"?' in mistake]
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
        "- {rule: forwarding-off, to: all, reason: {fr: a, en: a}, owner: a, approver: b, until: 2027-02-31}\n",
        encoding="utf-8",
    )

    _, mistakes = read(home)

    assert mistakes == ['waivers.yaml:1: rule "": "until" is "2027-02-31", not a date.'.replace(' rule "":', "")]


def test_a_baseline_named_on_the_command_line_takes_the_place_of_assignments(home: Path) -> None:
    """`--baseline` assigns to all hosts."""
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")

    policy, _ = read(home, repo.NamedBaseline("small", "high"))

    assert [(a.to, a.baseline.name, a.level.name) for a in policy.assign] == [("all", "small", "high")]


def test_a_file_that_is_not_text_is_a_mistake(home: Path) -> None:
    """Bytes that are no UTF-8 give words, not a traceback."""
    (home / "baselines/small.yaml").write_bytes(b"name: \xff\xfe\x00")

    _, mistakes = read(home)

    assert "not valid YAML" in mistakes[0]


def test_a_file_that_passed_is_not_parsed_again_until_it_changes(home: Path, tmp_path: Path) -> None:
    """What is remembered is what was read, and holds for the very bytes and the very kinds only."""
    passed = repo.Passed(tmp_path / "memory", "kinds")
    path = home / "baselines/small.yaml"
    found = read_yaml(path)
    assert passed.recall(path) is None
    passed.note(path, found)

    again = passed.recall(path)
    assert again is not None
    assert (again.file, again.data, again.lines) == (found.file, found.data, found.lines)
    assert repo.Passed(tmp_path / "memory", "other kinds").recall(path) is None
    path.write_text(BASELINE + "# changed\n", encoding="utf-8")
    assert passed.recall(path) is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"mark": "x"}', "null"])
def test_a_damaged_memory_is_no_memory(home: Path, tmp_path: Path, damage: str) -> None:
    """A remembered file that cannot be read leads to the file itself, and is replaced."""
    passed = repo.Passed(tmp_path / "memory", "kinds")
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
    sources = repo.Sources(homes=(home,), passed=repo.Passed(tmp_path / "memory"))

    first, second = (repo.read_policy(sources, None)[1] for _ in range(2))

    assert first
    assert first == second


HOSTS = """\
hosts:
  - {to: all, zone: ward, session_model: shared_kiosk, ring: canary}
  - to: all
    safety: window
    windows: [{days: tue thu, from: "22:00", to: "04:30", zone: Europe/Paris}]
    blackout: [2026-12-24, 2026-12-25]
"""


def test_what_is_said_of_hosts_is_read(home: Path) -> None:
    """Each entry keeps what it says, and says nothing of the rest."""
    (home / "policy.yaml").write_text(POLICY + HOSTS, encoding="utf-8")

    policy, mistakes = read(home)

    assert mistakes == []
    first, second = policy.hosts
    assert (first.zone, first.session_model, first.ring, first.safety) == ("ward", "shared_kiosk", "canary", None)
    (window,) = second.windows
    assert (window.days, window.start, window.end) == (("tue", "thu"), time(22), time(4, 30))
    assert second.blackout == (date(2026, 12, 24), date(2026, 12, 25))
    assert second.place.line == 5


def test_mistakes_in_what_is_said_of_hosts_come_all_at_once(home: Path) -> None:
    """A word that is none, a day that is none, an empty window and an unknown time zone are told with their lines."""
    (home / "policy.yaml").write_text(POLICY + HOSTS.replace("ward", "wards").replace("thu,", "yesterday,"))
    assert [mistake.split(":")[:2] for mistake in read(home)[1]] == [["policy.yaml", "4"], ["policy.yaml", "7"]]

    (home / "policy.yaml").write_text(POLICY + HOSTS.replace("04:30", "22:00").replace("Paris", "Pariss"))
    assert read(home)[1] == [
        "policy.yaml:7: the window opens and closes at 22:00. Give it some minutes.",
        'policy.yaml:7: no time zone is called "Europe/Pariss". Did you mean "Europe/Paris"?',
    ]


def test_a_time_without_quotes_is_told(home: Path) -> None:
    """YAML reads 02:00 as a number; the mistake says how to write it."""
    (home / "policy.yaml").write_text(POLICY + HOSTS.replace('"22:00"', "22:00"))

    assert read(home)[1] == ['policy.yaml:7: "from" is 22:00, not text. Quote it: "22:00".']


ANSWERS = """\
- {rule: firmware-locked, to: all, answer: yes, by: biomed, on: 2026-09-14, evidence: "record 118", until: 2027-09-01}
- {rule: firmware-locked, to: all, answer: no, by: biomed, on: 2026-09-15, evidence: "record 119", until: 2026-09-01}
"""


def test_answers_are_read(home: Path) -> None:
    """Yes and no are what YAML takes them for, dates are dates."""
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (home / "attestations.yaml").write_text(ANSWERS.replace("2026-09-01", "2026-12-01"), encoding="utf-8")

    policy, mistakes = read(home)

    assert mistakes == []
    first, second = policy.attestations
    assert (first.answer, first.by, first.on, first.until) == (True, "biomed", date(2026, 9, 14), date(2027, 9, 1))
    assert (second.answer, second.place.line) == (False, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("record 118", "record 118"), '2: rule "firmware-locked": it counts until 2026-09-01, and was given on 2026-'),
        (("answer: yes", "answer: maybe"), '1: "answer" is maybe, not true or false'),
        (('evidence: "record 118", ', ""), '1: "evidence" is missing'),
        (("2026-09-14", "yesterday"), '1: "on" is "yesterday", not a date'),
    ],
)
def test_mistakes_in_answers_are_told(home: Path, change: tuple[str, str], words: str) -> None:
    """An answer that ends before it starts, is no yes or no, or lacks its evidence is told with its line."""
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (home / "attestations.yaml").write_text(ANSWERS.replace(*change), encoding="utf-8")

    assert read(home)[1][0].startswith(f"attestations.yaml:{words}")


def test_limits_are_read(home: Path) -> None:
    """A limit says for whom, which parameter, how far, why and by whom."""
    limits = """\
limits:
  - to: all
    rule: forwarding-off
    params: {value: {one_of: ["0"]}}
    reason: {fr: "Pas de routage", en: "No forwarding"}
    by: rssi
"""
    (home / "policy.yaml").write_text(POLICY + limits, encoding="utf-8")

    policy, mistakes = read(home)

    assert mistakes == []
    (limit,) = policy.limits
    assert (limit.rule, limit.by, limit.place.line) == ("forwarding-off", "rssi", 4)
    assert limit.params["value"].one_of == ("0",)
