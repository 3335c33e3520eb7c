"""Every rule of every baseline on real hosts: broken, it fails; put right by either engine, it passes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.batch import ENGINES
from tests.every_rule import Played, parts, plans, play
from tests.lab import Lab
from tuile.catalog import Kinds
from tuile.policy.model import Outcome

pytestmark = pytest.mark.lab
EVERY_RELEASE = "TUILE_EVERY_RELEASE"
RELEASES = ("bookworm", "trixie") if os.environ.get(EVERY_RELEASE) else ("bookworm",)
"""`make test` plays the rules on Debian 12, `make scenarios` on Debian 13 too, some minutes more."""
BY_A_PERSON = {
    *("accounts-approved", "passwords-not-empty", "passwords-shadowed", "root-alone-all-powerful", "root-group-alone"),
    *("root-login-locked", "account-ids-unique", "account-names-unique", "account-groups-known", "shadow-group-empty"),
    *("password-dates-plausible", "homes-there", "homes-owned", "home-files-owned", "home-files-private"),
    *("startup-files-owned", "password-free-files-absent", "files-without-owner-absent", "system-files-of-root"),
    *("access-lists-approved", "program-capabilities-approved", "password-hash-copies-absent"),
    "system-paths-uncovered",
}
"""Rules of which only a person can say how they are put right: an apply leaves them, and says what to do."""

with TemporaryDirectory() as folder:
    PLANS = plans(Path(folder))
PARTS = parts(PLANS, machine=False)
KIND_OF = {planned.rule.id: planned.rule.kind for part in PARTS for planned in part.plan.rules}
PART_OF = {planned.rule.id: part for part in PARTS for planned in part.plan.rules}


@pytest.fixture(scope="module", params=RELEASES)
def stage(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Played]]:
    """Return a function that plays a rule on a release, with the others of its part, and remembers."""
    hosts = lab.start([f"rules-{request.param}-{engine}" for engine in ENGINES], request.param, "full")
    logs = tmp_path_factory.mktemp("logs")
    done: dict[str, dict[str, Played]] = {}
    lost: dict[str, Exception] = {}

    def on_stage(rule: str) -> Played:
        part = PART_OF[rule]
        if part.name in lost:
            pytest.fail(f"{part.name} could not be played: {lost[part.name]}", pytrace=False)
        if part.name not in done:
            try:
                for host in hosts:
                    host.reset()
                done[part.name] = play(part, hosts, ENGINES, logs)
            except Exception as error:
                lost[part.name] = error  # once is enough: it takes minutes
                raise
        return done[part.name][rule]

    yield on_stage
    for host in hosts:
        host.discard()


@pytest.mark.parametrize("rule", KIND_OF)
def test_rule(rule: str, stage: Callable[[str], Played]) -> None:
    """Broken it fails; where a program can put it right, both engines do, and leave the same bytes."""
    played = stage(rule)
    assert played.broken == ["", ""]
    assert [verdict.outcome for verdict in played.first] == [Outcome.failed] * 2, played.first
    if Kinds()[KIND_OF[rule]].check_only:
        return
    if rule in BY_A_PERSON:
        assert all(played.blocked)
        assert [verdict.outcome for verdict in played.after] == [Outcome.failed] * 2, played.after
        return
    assert played.blocked == ["", ""]
    assert played.failures == ["", ""]
    assert {verdict.outcome for verdict in played.after} <= {Outcome.passed, Outcome.pending}, played.after
    assert played.files[0] == played.files[1]
