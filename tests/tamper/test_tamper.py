"""What weakens a hardened host is seen, what is harmless sets nothing off, and what is not seen is
named.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from tests.lab import Lab
from tests.tamper import play
from tests.tamper.later import MOMENTS
from tests.tamper.page import Played, page
from tests.tamper.stage import Stage
from tests.tamper.tamper import BY_ITSELF, RELEASES, Tamper, batches, families, read
from tuile.catalog import Kinds

EVERY_RELEASE = "TUILE_EVERY_RELEASE"
"""An environment variable; where it is set, each is played on each release; elsewhere a sample, by
turns.
"""
SAMPLE = 30
"""How many can be played at the same time on one host, in `make test`; `make tampers` plays all of
them.
"""
SLOW = ("a week of timers",)
"""What `make test` leaves to `make tampers`: AIDE compares all files then."""
TAMPERS = [one for family in families(harmless=False) for one in read(family)]
HARMLESS = [one for family in families(harmless=True) for one in read(family)]
SEEN_AT_LEAST = 0.97


def by_turns(tampers: list[Tamper], release: str) -> list[Tamper]:
    """Return what is played on a release: by turns, unless all are asked for on each."""
    every = bool(os.environ.get(EVERY_RELEASE))
    chosen = [
        one
        for n, one in enumerate(tampers)
        if every or one.releases[n % len(one.releases)] == release
    ]
    return [one for one in chosen if release in one.releases]


def sampled(played: list[tuple[str, Tamper]]) -> list[tuple[str, Tamper]]:
    """Return what `make test` plays: of each release what stands on one host together."""
    if os.environ.get(EVERY_RELEASE):
        return played
    found = []
    for release in RELEASES:
        mine = [one for where, one in played if where == release and not one.alone]
        mixed = sorted(mine, key=lambda one: hashlib.sha256(one.name.encode()).digest())
        found += [(release, one) for one in next(batches(mixed, SAMPLE), [])]
    return found


def cases(tampers: list[Tamper]) -> list[tuple[str, Tamper]]:
    """Return each with the release on which it is played."""
    return [(release, one) for release in RELEASES for one in by_turns(tampers, release)]


PLAYED = sampled(cases([one for one in TAMPERS if one.seen_by]))
QUIET = cases(HARMLESS)
StageOf = Callable[[str], Stage]


def name_of(value: object) -> str:
    """Return how a case is called in a report of tests."""
    return f"{value.family}-{value.name}" if isinstance(value, Tamper) else str(value)


@pytest.fixture(scope="module")
def stages(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageOf]:
    """Return a function that gives the hardened host of a release."""
    built: dict[str, Stage] = {}

    def stage_of(release: str) -> Stage:
        if release not in built:
            built[release] = Stage(lab, release, tmp_path_factory.mktemp(release))
        return built[release]

    yield stage_of
    for stage in built.values():
        stage.close()


@pytest.fixture(scope="module")
def missed(stages: StageOf) -> Callable[[str, Tamper], str]:
    """Return a function that says why a tamper was not seen, "" where it was; batches are played
    when first asked.
    """
    known: dict[tuple[str, str], str] = {}

    def reason(release: str, tamper: Tamper) -> str:
        if (release, tamper.name) not in known:
            known.update(_play(stages(release), release, tamper))
        return known[release, tamper.name]

    return reason


def _play(stage: Stage, release: str, tamper: Tamper) -> dict[tuple[str, str], str]:
    """Play the batch of a tamper."""
    mine = [one for where, one in PLAYED if where == release]
    most = play.AT_ONCE if os.environ.get(EVERY_RELEASE) else SAMPLE
    (batch,) = (batch for batch in batches(mine, most) if tamper in batch)
    why = play.together(stage, batch)
    return {(release, one.name): why.get(one.name, "") for one in batch}


def test_names_are_unique() -> None:
    """No two entries of all families have the same name."""
    names = [one.name for one in [*TAMPERS, *HARMLESS]]
    assert len(names) == len(set(names)), sorted(
        name for name in set(names) if names.count(name) > 1
    )


def test_what_is_not_seen_is_rare_and_named() -> None:
    """97 of 100 have a rule that sees them; of each other one a kind says so under "Does not see"."""
    unseen = [one for one in TAMPERS if not one.seen_by]
    spots = " ".join(spot.en for kind in Kinds().values() for spot in kind.does_not_see)
    assert [one.name for one in unseen if not one.unseen or one.unseen not in spots] == []
    assert 1 - len(unseen) / max(1, len(TAMPERS)) >= SEEN_AT_LEAST


def test_a_batch_tells_its_tampers_apart() -> None:
    """Two that one rule sees stand together only where its words tell which; one that disturbs
    stands alone.
    """
    one, two = (Tamper(name, "", "", ("rule",)) for name in ("one", "two"))
    told = [Tamper(name, "", "", ("rule",), shows=f"/etc/{name}") for name in ("three", "four")]
    alone = Tamper("five", "", "", ("other",), alone=True)
    found = list(batches([one, two, *told, alone], 12))
    assert [[tamper.name for tamper in batch] for batch in found] == [
        ["one"],
        ["two"],
        ["three", "four"],
        ["five"],
    ]


def test_a_loud_change_is_found_among_quiet_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halves are tried until one is left; what is loud in company alone is told as such."""
    one, two, three, four = (Tamper(name, "", "") for name in ("one", "two", "three", "four"))
    monkeypatch.setattr(play, "_set_off", lambda _stage, chosen: "loud" if three in chosen else "")
    found = play.harmless(cast("Stage", None), [one, two, three, four])
    assert found == {"one": "", "two": "", "three": "loud", "four": ""}
    monkeypatch.setattr(
        play, "_set_off", lambda _stage, chosen: "loud" if {one, four} <= {*chosen} else ""
    )
    found = play.harmless(cast("Stage", None), [one, two, three, four])
    assert found == {"one": "", "two": "", "three": "", "four": "together with the others: loud"}


def test_the_page_counts_what_was_seen_and_what_was_quiet() -> None:
    """What has no rule that sees it does not count as seen; what was loud is told with its words."""
    seen = Tamper("a", "", "", ("rule",), family="ssh")
    unseen = Tamper("b", "", "", unseen="nobody looks", family="ssh")
    loud = Tamper("c", "", "", family="harmless-ssh")
    reboot = Tamper("a reboot", "", "", family=BY_ITSELF)
    said = [
        ("bookworm", seen, ""),
        ("bookworm", unseen, ""),
        ("bookworm", loud, "rule: fail"),
        ("trixie", loud, ""),
    ]
    told = page([Played(*each) for each in [*said, ("trixie", reboot, "")]], "5a1", "2026-01-01")
    assert "| ssh | 1 of 2 seen | 0 of 0 seen |" in told
    assert "- `b`: nobody looks" in told
    assert "nothing off: 0 of 1 on bookworm, 1 of 1 on trixie." in told
    assert "- `c` on bookworm: rule: fail" in told
    assert "(a reboot) and sets nothing off: 0 of 0 on bookworm, 1 of 1 on trixie." in told


@pytest.mark.lab
@pytest.mark.parametrize(("release", "tamper"), PLAYED, ids=name_of)
def test_is_seen(release: str, tamper: Tamper, missed: Callable[[str, Tamper], str]) -> None:
    """A rule that held on the untouched host fails, or cannot look, and says what it is about."""
    assert missed(release, tamper) == ""


@pytest.mark.lab
@pytest.mark.parametrize("release", RELEASES)
def test_daily_work_sets_nothing_off(release: str, stages: StageOf) -> None:
    """After the harmless changes of this release's turn, and after what comes by itself, rules
    stand as before.
    """
    stage = stages(release)
    stage.host.reset()
    mine = [one for where, one in QUIET if where == release]
    failed = {one.name: words for one in mine if (words := stage.run(one.script))}
    assert failed == {}
    assert stage.alarms() == {}, [one.name for one in mine]
    some = [
        come for name, come in MOMENTS.items() if name not in SLOW or os.environ.get(EVERY_RELEASE)
    ]
    failed = [words for come in some if (words := come(stage))]
    assert failed == []
    assert stage.alarms() == {}
