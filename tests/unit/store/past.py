"""The visits of some weeks, with all that a store has to keep: to be stored by any version of it."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.store.made import FACTS, at, missed, result, verdict
from tuile.policy.model import HostResult, Outcome, Verdict
from tuile.policy.text import Text
from tuile.store import Store

P, F, E, W = Outcome.passed, Outcome.failed, Outcome.error, Outcome.waived
PACS, RIS, PC = "srv-pacs-01", "srv-ris-01", "pc-urg-03"
NEWER = "linux-server 1.1.0"
STRANGE = "é\x00\udcff\n\u2028"
REASON = Text(en="a person answers", fr="une personne répond")


def visits() -> list[list[HostResult]]:
    """Return what each run found: rules that turn, hosts that are away, a new baseline, odd values."""
    ris = result(RIS, {"a": P, "b": F, "c": Outcome.not_applicable})
    other = replace(FACTS, hostname=RIS, packages=frozenset({"nginx", "sudo"}), reboot=("libc6",))
    return [
        [result(PACS, {"a": F, "b": P, "c": E}), replace(ris, facts=other), missed(PC)],
        [result(PACS, {"a": F, "b": P, "c": E}), missed(RIS, "host key changed")],
        [result(PACS, {"a": P, "b": F, "c": F}), replace(ris, facts=other), _silent(PC)],
        [missed(PACS), result(RIS, {"a": F, "b": F, "c": F}), missed(PC)],
        [result(PACS, {"a": F, "b": F, "d": W}, baseline=NEWER), _odd(RIS), result(PC, {"a": P})],
        [result(PACS, {"a": F, "b": F, "d": W}, baseline=NEWER), _odd(RIS), missed(PC)],
        [result(PACS, {"a": F, "b": P, "d": Outcome.pending}, observed="2", baseline=NEWER)],
    ]


def fill(store: Store) -> None:
    """Store these runs, the last of which never ended."""
    runs = visits()
    for hours, results in enumerate(runs):
        run = store.begin(at(hours), ["linux-server 1.0.0"])
        for number, found in enumerate(results):
            store.save(run, found, at(hours + number / 7))
        if results is not runs[-1]:
            store.finish(run, at(hours + 0.5))


def _silent(host: str) -> HostResult:
    """Return a host that did not say what it is, and of a rule of which nobody said anything."""
    whole = result(host, {"a": P, "b": F})
    return HostResult(host, whole.plan, None, whole.verdicts[:1])


def _odd(host: str) -> HostResult:
    """Return a host with bytes that are no UTF-8, lists, and a reason beside what was seen."""
    found = result(host, {"a": F, "b": F, "c": P}, observed=STRANGE)
    lists = Verdict("b", F, "b", verdict("b", F).differences, REASON, {"keys": ["x", "y"], "n": 3})
    return replace(found, verdicts=(found.verdicts[0], lists, found.verdicts[2]))
