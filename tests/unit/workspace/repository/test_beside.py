"""What stands beside an inventory: what hosts are, limits and answers, with every mistake at once."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from tests.unit.workspace.repository.made import POLICY, read

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
    assert (first.zone, first.session_model, first.ring, first.safety) == (
        "ward",
        "shared_kiosk",
        "canary",
        None,
    )
    (window,) = second.windows
    assert (window.days, window.start, window.end) == (("tue", "thu"), time(22), time(4, 30))
    assert second.blackout == (date(2026, 12, 24), date(2026, 12, 25))
    assert second.place.line == 5


def test_mistakes_in_what_is_said_of_hosts_come_all_at_once(home: Path) -> None:
    """A word that is none, a day that is none, an empty window and an unknown time zone are told
    with their lines.
    """
    (home / "policy.yaml").write_text(
        POLICY + HOSTS.replace("ward", "wards").replace("thu,", "yesterday,")
    )
    assert [mistake.split(":")[:2] for mistake in read(home)[1]] == [
        ["policy.yaml", "4"],
        ["policy.yaml", "7"],
    ]

    (home / "policy.yaml").write_text(
        POLICY + HOSTS.replace("04:30", "22:00").replace("Paris", "Pariss")
    )
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
    (home / "attestations.yaml").write_text(
        ANSWERS.replace("2026-09-01", "2026-12-01"), encoding="utf-8"
    )

    policy, mistakes = read(home)

    assert mistakes == []
    first, second = policy.attestations
    assert (first.answer, first.by, first.on, first.until) == (
        True,
        "biomed",
        date(2026, 9, 14),
        date(2027, 9, 1),
    )
    assert (second.answer, second.place.line) == (False, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("record 118", "record 118"),
            '2: rule "firmware-locked": it counts until 2026-09-01, and was given on 2026-',
        ),
        (("answer: yes", "answer: maybe"), '1: "answer" is maybe, not true or false'),
        (('evidence: "record 118", ', ""), '1: "evidence" is missing'),
        (("2026-09-14", "yesterday"), '1: "on" is "yesterday", not a date'),
    ],
)
def test_mistakes_in_answers_are_told(home: Path, change: tuple[str, str], words: str) -> None:
    """An answer that ends before it starts, is no yes or no, or lacks its evidence is told with its
    line.
    """
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
