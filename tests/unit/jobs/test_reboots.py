"""Who needs a reboot follows from what is stored, and silence is no answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.store.made import FACTS, at, result
from tuile.jobs.reboots import reboots
from tuile.policy.errors import Refused
from tuile.policy.history.reboots import Reboots
from tuile.policy.model import HostResult, Outcome
from tuile.policy.text import Text
from tuile.policy.verdict.status import exit_code_of_reboots
from tuile.store import Store

AWAY = Text("no answer", "pas de réponse")


def stored(folder: Path, *runs: HostResult) -> Store:
    """Return a store with these results, each in a run of its own."""
    store = Store(folder / "tuile.db")
    for number, one in enumerate(runs):
        store.save(store.begin(at(number), []), one, at(number))
    return store


def asking(found: HostResult, *packages: str) -> HostResult:
    """Return a host that asks for a reboot itself."""
    return replace(found, facts=replace(FACTS, reboot=packages))


def test_a_pending_rule_or_the_host_itself_asks(tmp_path: Path) -> None:
    """Both reasons are told, with the packages; a host with neither needs none."""
    with stored(
        tmp_path,
        result("a", {"x": Outcome.pending, "y": Outcome.failed}),
        asking(result("b", {"x": Outcome.passed}), "linux-image-amd64", "libc6"),
        asking(result("c", {"x": Outcome.passed})),
        result("d", {"x": Outcome.passed}),
    ) as store:
        found = {host.host: host for host in reboots(store).hosts}

    assert [rule.rule for rule in found["a"].rules] == ["x"]
    assert (found["b"].asked, found["b"].packages) == (True, ("libc6", "linux-image-amd64"))
    assert (found["c"].asked, found["c"].packages) == (True, ())
    assert [host.host for host in found.values() if host.needed] == ["a", "b", "c"]


def test_after_the_reboot_nothing_is_left(tmp_path: Path) -> None:
    """The next check says so."""
    with stored(
        tmp_path, asking(result("a", {"x": Outcome.pending})), result("a", {"x": Outcome.passed})
    ) as store:
        found = reboots(store)

    assert exit_code_of_reboots(found) == 0


def test_a_host_that_was_not_reached_may_need_one(tmp_path: Path) -> None:
    """Nobody knows: never seen, or not any more."""
    away = replace(result("a", {"x": Outcome.passed}), not_reached=AWAY)
    with stored(
        tmp_path, away, result("b", {"x": Outcome.passed}), replace(away, host="b")
    ) as store:
        found = reboots(store)

    assert [(host.host, host.seen is None, host.stale) for host in found.unsure] == [
        ("a", True, True),
        ("b", False, True),
    ]
    assert exit_code_of_reboots(found) == 3
    assert exit_code_of_reboots(Reboots(())) == 3


def test_hosts_may_be_named(tmp_path: Path) -> None:
    """A wrong name is answered with the nearest right one."""
    with stored(
        tmp_path, result("srv-1", {"x": Outcome.pending}), result("srv-2", {"x": Outcome.pending})
    ) as store:
        assert [host.host for host in reboots(store, ["srv-2"]).hosts] == ["srv-2"]
        with pytest.raises(Refused, match=r'"srv-3".*Did you mean "srv-'):
            reboots(store, ["srv-3"])
