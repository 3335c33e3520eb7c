"""Every rule of every baseline on real hosts: broken, it fails; put right by either engine, it
passes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.batch import ENGINES
from tests.every_rule import Played, Stand, parts, plans, play
from tests.lab import Lab
from tuile.catalog import Kinds
from tuile.policy.model import Outcome

pytestmark = pytest.mark.lab
EVERY_RELEASE = "TUILE_EVERY_RELEASE"
RELEASES = ("bookworm", "trixie") if os.environ.get(EVERY_RELEASE) else ("bookworm",)
"""`make test` plays the rules on Debian 12, `make scenarios` on Debian 13 too, some minutes more.
"""
BY_A_PERSON = {
    *(
        "accounts-approved",
        "passwords-not-empty",
        "passwords-shadowed",
        "root-alone-all-powerful",
        "root-group-alone",
    ),
    *(
        "root-login-locked",
        "account-ids-unique",
        "account-names-unique",
        "account-groups-known",
        "shadow-group-empty",
    ),
    *(
        "password-dates-plausible",
        "homes-there",
        "homes-owned",
        "home-files-owned",
        "home-files-private",
    ),
    *(
        "startup-files-owned",
        "password-free-files-absent",
        "files-without-owner-absent",
        "system-files-of-root",
    ),
    *("access-lists-approved", "program-capabilities-approved", "password-hash-copies-absent"),
    "system-paths-uncovered",
}
"""Rules of which only a person can say how they are put right: an apply leaves them, and says what
to do.
"""

with TemporaryDirectory() as folder:
    PLANS = plans(Path(folder))
PARTS = parts(PLANS, machine=False)
KIND_OF = {planned.rule.id: planned.rule.kind for part in PARTS for planned in part.plan.rules}


@pytest.fixture(scope="module", params=RELEASES)
def played(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Played]]:
    """Return what became of each rule on a release: the parts that are asked for are played at
    once.
    """
    cases = [getattr(item, "callspec", None) for item in request.session.items]
    asked = {case.params.get("rule") for case in cases if case}
    chosen = [part for part in PARTS if asked & {planned.rule.id for planned in part.plan.rules}]
    places = [(part, name) for part in chosen for name in ENGINES]
    hosts = lab.start(
        [f"rules-{request.param}-{number}" for number in range(len(places))], request.param, "full"
    )
    stands = [Stand(part, host, name) for (part, name), host in zip(places, hosts, strict=True)]
    yield play(stands, tmp_path_factory.mktemp("logs"))
    for host in hosts:
        host.discard()


@pytest.mark.parametrize("rule", KIND_OF)
def test_rule(rule: str, played: dict[str, Played]) -> None:
    """Broken it fails; where a program can put it right, both engines do, and leave the same bytes."""
    what = played[rule]
    assert not any(what.broken), what.broken
    assert {verdict.outcome for verdict in what.first} == {Outcome.failed}, what.first
    if Kinds()[KIND_OF[rule]].check_only:
        return
    if rule in BY_A_PERSON:
        assert all(what.blocked)
        assert {verdict.outcome for verdict in what.after} == {Outcome.failed}, what.after
        return
    assert not any(what.blocked), what.blocked
    assert not any(what.failures), what.failures
    assert {verdict.outcome for verdict in what.after} <= {
        Outcome.passed,
        Outcome.pending,
    }, what.after
    assert what.files[:: len(ENGINES)] == what.files[1 :: len(ENGINES)]
