"""Rules that need a kernel of their own, in one virtual machine: broken, put right, so after a
reboot and a week later.

`make test` plays those that a reboot decides; `make machine` plays all of them, a quarter of an
hour more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.every_rule import APART, Part, Played, Stand, again, parts, plans, play
from tests.fleet.policy import KEY, MARTIANS, SETTING, reach, write_inventory, write_policy
from tests.fleet.program import Program
from tests.lab import Machine
from tests.machine.week import DAYS, week
from tuile.catalog import Kinds
from tuile.policy.model import Outcome, Verdict

pytestmark = pytest.mark.machine
ENGINE = "pyinfra"
HOSTS = ("-i", "inventories", "--connect-timeout", "60")
APPLY = ("apply", *HOSTS, "--unsigned", "--yes", "--confirm-within", "600")

EVERY_RULE = "TUILE_EVERY_RULE"
"""An environment variable; where it is set, all rules are played."""
ALWAYS = ("logrotate.timer", "dpkg-db-backup.timer")
"""Timers of every day that every machine has."""
NOT_ON_DEBIAN_12 = {"terminal-input-not-forged"}
"""Rules about what the kernel of the machine does not have."""
SEAL = "/proc/sys/kernel/modules_disabled"
DECIDED_BY_A_REBOOT = {"kernel_cmdline", "audit_rule", "modules_sealed"}


def chosen(found: list[Part]) -> Iterator[Part]:
    """Yield the parts with the rules that are played."""
    for part in found:
        rules = tuple(
            planned for planned in part.plan.rules if planned.rule.id not in NOT_ON_DEBIAN_12
        )
        if not os.environ.get(EVERY_RULE):
            rules = tuple(planned for planned in rules if planned.rule.kind in DECIDED_BY_A_REBOOT)
        if rules:
            yield replace(part, plan=replace(part.plan, rules=rules))


with TemporaryDirectory() as folder:
    PLANS = plans(Path(folder))
PARTS = list(chosen(parts(PLANS, machine=True)))
RULES = {planned.rule.id: planned.rule.kind for part in PARTS for planned in part.plan.rules}


def verdicts(machine: Machine) -> dict[str, Verdict]:
    """Return the verdicts of all parts on the machine as it is now."""
    return {rule: verdict for part in PARTS for rule, verdict in again(part, machine).items()}


@pytest.fixture(scope="module")
def played(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Return what became of each rule, the parts one after the other on the same machine."""
    logs = tmp_path_factory.mktemp("logs")
    return {
        rule: what
        for part in PARTS
        for rule, what in play([Stand(part, machine, ENGINE)], logs).items()
    }


@pytest.fixture(scope="module")
def rebooted(machine: Machine, played: dict[str, Played]) -> dict[str, Verdict]:
    """Return the verdicts after a reboot in order."""
    assert played
    machine.reboot()
    return verdicts(machine)


@pytest.fixture(scope="module")
def went_off(machine: Machine, rebooted: dict[str, Verdict]) -> dict[str, int]:
    """Let a week go by, and return how often each timer of the machine went off."""
    assert rebooted
    return week(machine)


@pytest.fixture(scope="module")
def week_later(machine: Machine, went_off: dict[str, int]) -> dict[str, Verdict]:
    """Return the verdicts after the week."""
    assert went_off
    return verdicts(machine)


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str, played: dict[str, Played]) -> None:
    """Broken it fails; put right it passes, or waits for the reboot that makes it pass."""
    what = played[rule]
    assert what.broken == [""]
    assert [verdict.outcome for verdict in what.first] == [Outcome.failed], what.first
    if not Kinds()[RULES[rule]].check_only:
        assert what.blocked == [""]
        assert what.failures == [""]
        assert {verdict.outcome for verdict in what.after} <= {
            Outcome.passed,
            Outcome.pending,
        }, what.after


@pytest.mark.parametrize("rule", RULES)
def test_after_a_reboot(rule: str, rebooted: dict[str, Verdict]) -> None:
    """All that was put right passes after a reboot, what was pending too; what does not go with
    others has left.
    """
    if not Kinds()[RULES[rule]].check_only and rule not in APART:
        assert rebooted[rule].outcome is Outcome.passed, rebooted[rule]


def test_all_timers_come_due_in_a_week(went_off: dict[str, int]) -> None:
    """Each by itself, as the clock says: every day, or once."""
    assert {timer: went_off[timer] for timer in ALWAYS} == dict.fromkeys(ALWAYS, DAYS)
    assert went_off.get("dailyaidecheck.timer", DAYS) == DAYS
    assert {timer for timer, times in went_off.items() if not times} <= {
        "systemd-tmpfiles-clean.timer"
    }


def test_a_week_later(rebooted: dict[str, Verdict], week_later: dict[str, Verdict]) -> None:
    """Nothing has become red by what the timers started."""
    passed = {rule for rule, verdict in rebooted.items() if verdict.outcome is Outcome.passed}
    assert {
        rule: week_later[rule] for rule in passed if week_later[rule].outcome is not Outcome.passed
    } == {}


def test_what_waits_for_a_reboot_says_so(played: dict[str, Played]) -> None:
    """The boot line is pending before the reboot: neither passed over nor taken for a failure."""
    kinds = {
        RULES[rule] for rule, what in played.items() if what.after[0].outcome is Outcome.pending
    }
    assert "kernel_cmdline" in kinds


@pytest.fixture(scope="module")
def sealed(machine: Machine, week_later: dict[str, Verdict]) -> Machine:
    """Return the machine as it was before all this, without the rules that make it slow, its kernel
    sealed.
    """
    assert week_later
    assert machine.run(f"cat {SEAL}").stdout == "1\n"
    machine.reset()
    assert machine.run(f"echo 1 > {SEAL}").returncode == 0
    return machine


@pytest.mark.parametrize("engine", ["ansible", "pyinfra"])
def test_a_sealed_kernel_is_still_served(engine: str, sealed: Machine, tmp_path: Path) -> None:
    """Where the kernel takes no more modules, either engine still puts right over sudo, and an undo
    takes it back.
    """
    assert sealed.run(f"cat {SEAL}").stdout == "1\n"
    sealed.run(
        f"sysctl --quiet --write {KEY}=0; sed -i /{KEY}/d /etc/sysctl.d/zz-tuile.conf; rm -f"
        " /etc/lab.conf"
    )
    write_inventory(write_policy(tmp_path), {"one": reach(sealed, "tuile")})
    program = Program(tmp_path)
    applied = program.run(*APPLY, "--engine", engine)
    assert applied.code == 0, applied
    assert program.run("check", *HOSTS).code == 0
    assert program.run("undo", *HOSTS, "--last", "--yes").code == 0
    seen = program.run("check", *HOSTS, "--json").hosts()["one"]["verdicts"]
    assert {verdict["rule"] for verdict in seen if verdict["outcome"] == "fail"} == {
        MARTIANS,
        SETTING,
    }
