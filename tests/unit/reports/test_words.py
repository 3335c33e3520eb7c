"""Figures, dates, plurals and differences, in English and in French typography."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import golden_checks
from tuile.policy.condition import Equals, Excludes, Includes, SubsetOf
from tuile.policy.model import Difference, Level, Outcome, Risk, Severity
from tuile.policy.plan.coverage import Met
from tuile.policy.text import Lang, Text, both
from tuile.reports.ordering import by_name
from tuile.reports.text import phrases
from tuile.reports.text.hints import command
from tuile.reports.text.messages import (
    COUNTED,
    LABEL,
    LEVEL,
    RISK,
    SEVERITY,
    counted,
    day,
    elapsed,
    moment,
    number,
    seconds,
    share,
)


def plain(text: str) -> str:
    """Return a text with ordinary spaces, so that a test can be read."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_figures_are_set_as_each_language_sets_them() -> None:
    """Thousands and decimals differ; a clock that went back gives no negative time."""
    assert (number(6412, "en"), plain(number(6412, "fr"))) == ("6,412", "6 412")
    assert (plain(seconds(1234.56, "en")), plain(seconds(1234.56, "fr"))) == (
        "1,234.6 s",
        "1 234,6 s",
    )
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert plain(elapsed(now, now - timedelta(seconds=5), "en")) == "0.0 s"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0 hosts", "0 hôte"),
        (1, "1 host", "1 hôte"),
        (2, "2 hosts", "2 hôtes"),
        (1000, "1,000 hosts", "1 000 hôtes"),
    ],
)
def test_plurals(value: int, english: str, french: str) -> None:
    """Zero is plural in English and singular in French."""
    assert (counted(value, "host", "en"), plain(counted(value, "host", "fr"))) == (english, french)


def test_moments_are_in_the_zone_of_the_reader() -> None:
    """The same moment is an hour later on the clock in Paris in winter."""
    at = datetime(2027, 2, 28, 23, 30, tzinfo=UTC)
    assert moment(at, "en", UTC) == "28 Feb 2027 23:30"
    assert moment(at, "fr", ZoneInfo("Europe/Paris")) == "1er mars 2027 à 00:30"
    assert day(date(2026, 8, 1), "fr") == "1er août 2026"


def test_every_value_of_the_model_has_words() -> None:
    """An outcome, severity, level or risk that is added to the model must be said in both
    languages.
    """
    for table, kind in ((LABEL, Outcome), (SEVERITY, Severity), (LEVEL, Level), (RISK, Risk)):
        assert set(table) == set(kind)
    assert {outcome.value for outcome in Outcome} <= set(COUNTED)
    assert {f"met_{met.value}" for met in Met} <= set(COUNTED)


def test_a_share_is_never_rounded_up() -> None:
    """159 of 160 are not all of them, and nothing of nothing is nothing."""
    assert (share(159, 160, "en"), plain(share(160, 160, "fr")), share(0, 0, "en")) == (
        "99%",
        "100 %",
        "0%",
    )


def found(
    observed: str | Sequence[str] | None, wanted: Equals | SubsetOf | Includes | Excludes
) -> Difference:
    """Return a difference without label."""
    return Difference(golden_checks.NOTHING, observed, wanted)


@pytest.mark.parametrize(
    ("differences", "english", "french"),
    [
        ([found("1", Equals("0"))], "key is 1, wanted 0", "key : 1, attendu 0"),
        ([found(None, Equals("0"))], "key is absent, wanted 0", "key : absent, attendu 0"),
        (
            [found(("a", "z"), SubsetOf(("a",)))],
            "key has z, wanted a only",
            "key : z en trop, attendu a seulement",
        ),
        (
            [found((), SubsetOf(("a",)))],
            "key is none, wanted a only",
            "key : aucun, attendu a seulement",
        ),
        ([found(("a", "z"), Excludes(("z",)))], "key has z, not wanted", "key : z en trop"),
        (
            [found(("a",), Includes(("a", "z")))],
            "key lacks z",
            "key : z absent",
        ),
        ([found(("a",), Equals(("b",)))], "key is a, wanted b", "key : a, attendu b"),
        (
            [found("1", Equals("0")), Difference(golden_checks.REBOOT, None, Equals("0"))],
            "key is 1, wanted 0; after a reboot is absent, wanted 0",
            "key : 1, attendu 0 ; après redémarrage : absent, attendu 0",
        ),
        (
            [found("1", Equals("0")), Difference(golden_checks.REBOOT, "1", Equals("0"))],
            "key is 1, wanted 0 (after a reboot too)",
            "key : 1, attendu 0 (après redémarrage aussi)",
        ),
        (
            [Difference(golden_checks.MODE, "0644", Equals("0600"))],
            "key: mode is 0644, wanted 0600",
            "key, droits : 0644, attendu 0600",
        ),
        ([], "key", "key"),
    ],
)
def test_differences_are_said(differences: list[Difference], english: str, french: str) -> None:
    """Both sides of what differs are said; of lists, the items that matter."""
    assert phrases.differences("key", differences, "en") == english
    assert plain(phrases.differences("key", differences, "fr")) == french


def test_a_difference_without_subject_is_said() -> None:
    """A kind may leave the subject empty."""
    for lang, words in (("en", "is 1, wanted 0"), ("fr", "1, attendu 0")):
        assert phrases.differences("", [found("1", Equals("0"))], lang) == words  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_only_root_may_see_is_one_cause(lang: Lang) -> None:
    """However a command says that it was denied, without root it is one cause; with root, its own
    words.
    """
    denied = both("cat: /etc/shadow: Permission denied")
    alike = phrases.cause(both("modprobe: Operation not permitted"), golden_checks.NO_ROOT)
    assert phrases.cause(denied, golden_checks.NO_ROOT) == alike
    assert "--become" in alike.advice.say(lang)
    assert phrases.cause(denied, golden_checks.DEBIAN).words == denied
    assert phrases.cause(denied, None).advice == both("")
    assert phrases.cause(None, golden_checks.DEBIAN).words.say(lang)


def test_a_waiver_says_until_when_by_whom_and_why() -> None:
    """Without reason or without waiver, what is known is said."""
    reason = Text("Kiosk", "Borne")
    whole = phrases.accepted(golden_checks.WAIVER, reason, "en")
    assert whole == "accepted until 28 Feb 2027 by rssi@ght-artois.example: Kiosk"
    assert phrases.accepted(golden_checks.WAIVER, None, "en").endswith("by rssi@ght-artois.example")
    assert phrases.accepted(None, reason, "fr") == "Borne"
    assert phrases.accepted(None, None, "en") == ""
    assert phrases.ended(replace(golden_checks.ROOT, waiver=None), "en") == ""


@given(st.lists(st.integers(0, 10**6)))
def test_hosts_sort_by_the_numbers_in_them(numbers: list[int]) -> None:
    """pc-2 stands before pc-10, and any two names can be compared."""
    names = sorted((f"pc-{value}" for value in numbers), key=by_name)
    assert names == [f"pc-{value}" for value in sorted(numbers)]
    assert min(["10.0.0.9", "pc", "9a", "", "pc-1"], key=by_name) == ""


def test_commands_can_be_typed_as_they_stand() -> None:
    """A host of a strange name is quoted, and without hosts there is no limit."""
    assert (
        command("diff", "-i hosts.yml", ["srv 1; reboot"])
        == "tuile diff -i hosts.yml -l 'srv 1; reboot'"
    )
    assert command("check", "", [], "--become") == "tuile check --become"
