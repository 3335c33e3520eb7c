"""What is told of the fleet's past: breaks by hand, repairs, new versions, new and lost hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.policy import (
    CONF,
    ISSUE,
    MARTIANS,
    RULES,
    SETTING,
    reach,
    rule,
    write_inventory,
    write_policy,
)
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab
CHECK = ("check", "-i", "inventories")


@pytest.fixture
def one(lab_host: LabHost, program: Program) -> LabHost:
    """Return a host, `one` of the inventory, of which one rule passes, two fail, and that was
    checked once.
    """
    write_inventory(program.folder, {"one": reach(lab_host)})
    assert program.run(*CHECK).code == 1
    return lab_host


def causes(program: Program, *more: str) -> dict[tuple[str, str | None], str]:
    """Return the cause of each change that drift tells."""
    told = program.run("drift", "--json", *more)
    return {(change["host"], change["rule"]): change["cause"] for change in told.report["changes"]}


def test_broken_and_repaired_by_hand(one: LabHost, program: Program) -> None:
    """What passed and fails is regressed, with exit code 1; what failed and passes is repaired,
    with 0.
    """
    one.run(f"chmod 0666 /etc/issue; echo 'retries = 3' > {CONF}")
    program.run(*CHECK)
    assert causes(program) == {("one", ISSUE): "regressed", ("one", SETTING): "repaired"}
    text = program.run("drift")
    assert (text.code, "mode is 0666, wanted 0644" in text.out) == (1, True)
    one.run("chmod 0644 /etc/issue")
    program.run(*CHECK)
    assert (program.run("drift").code, causes(program)) == (0, {("one", ISSUE): "repaired"})


def test_a_new_version_of_the_baseline(one: LabHost, program: Program) -> None:
    """What changes because the baseline wants something else is no drift of the host."""
    stricter = [
        {**each, "params": {**each["params"], "mode": "0600"}} if each["id"] == ISSUE else each
        for each in RULES
    ]
    write_policy(
        program.folder,
        *stricter,
        rule("hosts-tight", "file", path="/etc/hosts", mode="0600"),
        version="0.2.0",
    )
    program.run(*CHECK)
    assert causes(program) == {
        ("one", ISSUE): "baseline_changed",
        ("one", "hosts-tight"): "baseline_changed",
    }
    assert one.name


def test_hosts_that_come_and_go(one: LabHost, program: Program) -> None:
    """A host that is seen first is told as such; one that does not answer keeps its last known
    state.
    """
    away = reach(one, ansible_port=23)
    write_inventory(program.folder, {"one": away, "two": reach(one)})
    program.run(*CHECK)
    found = causes(program)
    assert {cause for (host, _), cause in found.items() if host == "one"} == {"not_reached"}
    assert {cause for (host, _), cause in found.items() if host == "two"} == {"newly_seen"}
    assert "martians" in program.run("history", "one", MARTIANS).out


def test_french(one: LabHost, program: Program) -> None:
    """Screens and rules are French on demand, by flag or environment."""
    one.run("chmod 0666 /etc/issue")
    checked = program.run(*CHECK, "--lang", "fr")
    assert "Titre" in program.run("explain", MARTIANS, "--lang", "fr").out
    assert "ÉCHEC" in checked.out
    drift = program.run("drift", TUILE_LANG="fr")
    assert "RÉGRESSION" in drift.out
    history = program.run("--lang", "fr", "history", "one", ISSUE)
    assert "ÉCHEC" in history.out
    assert "is 0666" not in checked.out + drift.out + history.out


def test_history_of_one_rule(one: LabHost, program: Program, tmp_path: Path) -> None:
    """Each time in which a rule failed is one line, with what was seen then."""
    for mode in ("0666", "0644", "0664"):
        one.run(f"chmod {mode} /etc/issue")
        program.run(*CHECK)
    told = program.run("history", "one", ISSUE).out
    assert [word for word in ("mode is 0666", "mode is 0664") if word not in told] == []
    assert told.count("PASS") == 2
    assert tmp_path == program.folder
