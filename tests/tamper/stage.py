"""A host that was brought to linux-server, and what a check says of it before and after something
is done to it.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from tests.hardened import AS_A_SITE_HAS_IT, check_context, harden, setup_for
from tests.lab import Lab
from tests.lab.shell import LabError
from tests.tamper.archive import Security
from tests.tamper.tamper import Tamper
from tuile.jobs.check import check
from tuile.policy.model import Outcome, Verdict

WRONG = (Outcome.failed, Outcome.error)
Verdicts = Mapping[str, Verdict]


class Stage:
    """A hardened host of one release, to which a reset comes back."""

    def __init__(
        self, lab: Lab, release: str, folder: Path, baseline: str = "linux-server"
    ) -> None:
        (self.host,) = lab.start([f"tamper-{release}"], release, "full")
        self.host.run(AS_A_SITE_HAS_IT)
        self.security = Security(self.host, folder / f"security-{release}")
        self.security.found()
        self._plans = {
            level: setup_for(self.host, baseline, level, folder) for level in ("enhanced", "high")
        }
        if failures := harden(self.host, self._plans["enhanced"], folder, times=2):
            raise LabError(f"{self.host.name} was not hardened: {failures}")
        self.host.keep(folder / f"hardened-{release}")
        self.host.reset()
        self.clean = {level: self.verdicts(level) for level in self._plans}
        """What holds on the untouched host, by level."""

    def verdicts(self, level: str = "enhanced", rules: Container[str] | None = None) -> Verdicts:
        """Return the verdicts on the host as it is now, by rule: on all of the level, or on some.

        Raises:
            LabError: it was not reached.

        """
        setup = self._plans[level]
        if rules is not None:
            (plan,) = setup.plans.values()
            some = replace(
                plan, rules=tuple(planned for planned in plan.rules if planned.rule.id in rules)
            )
            setup = replace(setup, plans={plan.host: some})
        (result,) = check(setup, check_context())
        if not result.reached:
            raise LabError(f"{self.host.name} was not reached: {result.not_reached}")
        return {verdict.rule: verdict for verdict in result.verdicts}

    def close(self) -> None:
        """Throw the host away, and its archive."""
        self.security.close()
        self.host.discard()

    def unseen(self, batch: Iterable[Tamper]) -> dict[str, str]:
        """Do what a batch says, check, take it back; return why each one that was not seen was not,
        by name.
        """
        batch = list(batch)
        level = batch[0].level
        found: dict[str, str] = {}
        for tamper in batch:
            if told := self.run(tamper.script):
                found[tamper.name] = f"its script failed: {told}"
        try:
            verdicts = self.verdicts(level, {rule for tamper in batch for rule in tamper.seen_by})
        except LabError as error:  # the next batch has a fresh host
            return {tamper.name: f"not seen; {error}" for tamper in batch}
        for tamper in batch:
            if not any(self._sees(tamper, rule, verdicts) for rule in tamper.seen_by):
                found.setdefault(tamper.name, self._said(tamper, verdicts))
        for tamper in reversed(batch):
            if told := self.run(tamper.undo):
                found.setdefault(tamper.name, f"its undo failed: {told}")
        return found

    def alarms(self) -> dict[str, str]:
        """Return the rules that fail now and did not on the untouched host, with what they say, of
        both levels.
        """
        found = {}
        for level in self._plans:
            now = self.verdicts(level)
            new = {rule for rule in now if now[rule].outcome in WRONG} - self._wrong_when_clean(
                level
            )
            found |= {rule: told(now[rule]) for rule in sorted(new)}
        return found

    def run(self, script: str) -> str:
        """Run a script as root, and return what it said where it failed."""
        done = self.host.run(f"set -e\nmkdir -p /root/keep\n{script}", 600)
        return f"{done.returncode}: {done.stderr.strip()[-300:]}" if done.returncode else ""

    def _sees(self, tamper: Tamper, rule: str, verdicts: Verdicts) -> bool:
        if rule in self._wrong_when_clean(tamper.level) or verdicts[rule].outcome not in WRONG:
            return False
        return tamper.shows in told(verdicts[rule])

    def _wrong_when_clean(self, level: str) -> set[str]:
        return {rule for rule, verdict in self.clean[level].items() if verdict.outcome in WRONG}

    def _said(self, tamper: Tamper, verdicts: Verdicts) -> str:
        lines = [f"{rule}: {told(verdicts[rule])}"[:300] for rule in tamper.seen_by]
        return f"not seen; {'; '.join(lines)}"


def told(verdict: Verdict) -> str:
    """Return all that a verdict says, as text in which a word can be looked for."""
    said = [verdict.outcome.value, str(verdict.reason.en if verdict.reason else "")]
    data = [(each.label.en, each.observed, each.wanted.say("en")) for each in verdict.differences]
    return " ".join([*said, json.dumps(msgspec.to_builtins(data), ensure_ascii=False)])
