"""Putting rules right from the command line: what is asked, run, refused, told and kept."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.fleet.policy import (
    CONF,
    ISSUE,
    MARTIANS,
    SETTING,
    reach,
    rule,
    write_inventory,
    write_policy,
)
from tests.fleet.program import Program, watching_commands
from tests.lab import LabHost

pytestmark = pytest.mark.lab
ENGINES = ("pyinfra", "ansible")
SCHEMA = Path(__file__).resolve().parents[2] / "docs/schemas/report.schema.json"
PASSWORD = "Quokka S3cret!"  # noqa: S105 -- of a host that nobody else reaches
APPLY = ("apply", "-i", "inventories", "--unsigned")


@pytest.fixture
def one(lab_host: LabHost, tmp_path: Path) -> LabHost:
    """Return a fresh host that the inventory calls `one`."""
    write_inventory(tmp_path, {"one": reach(lab_host)})
    return lab_host


def by_rule(report: dict[str, object]) -> dict[str, str]:
    """Return what became of each rule of the only host."""
    return {rule["rule"]: rule["result"] for rule in report["hosts"][0]["rules"]}  # type: ignore[index]


@pytest.mark.parametrize("engine", ENGINES)
def test_failing_rules_are_put_right_once(engine: str, program: Program, one: LabHost) -> None:
    """Only what fails is put right; then nothing is left to do, no engine runs, and no log is
    written.
    """
    first = program.run(*APPLY, "--engine", engine, "--yes", "--json")
    assert (first.code, by_rule(first.report)) == (0, {MARTIANS: "put_right", SETTING: "put_right"})
    jsonschema.validate(first.report, json.loads(SCHEMA.read_text()))
    assert one.run(f"cat {CONF}").stdout.endswith("retries = 3\n")
    logs = program.logs
    again = program.run(*APPLY, "--engine", engine, "--yes")
    assert (again.code, len(logs), program.logs) == (0, 1, logs)
    assert "othing" in again.out


def test_one_rule_only(program: Program, one: LabHost) -> None:
    """With --rule the other failing rule stays as it is."""
    done = program.run(*APPLY, "--rule", MARTIANS, "--yes", "--json")
    assert by_rule(done.report) == {MARTIANS: "put_right"}
    assert one.run(f"test -e {CONF}").returncode == 1


@pytest.mark.parametrize("verb", ["apply", "diff"])
def test_a_rule_that_is_nowhere_is_a_mistake(verb: str, program: Program, one: LabHost) -> None:
    """A misspelt --rule is answered with the nearest right one, never with "nothing to do"."""
    done = program.run(
        verb,
        "-i",
        "inventories",
        "--rule",
        "martians-loged",
        *(["--unsigned"] if verb == "apply" else []),
    )
    assert (done.code, done.out) == (2, "")
    assert f'Did you mean "{MARTIANS}"?' in done.err
    assert one.name


def test_nobody_to_ask(program: Program, one: LabHost) -> None:
    """Without a terminal and without --yes nothing is changed."""
    done = program.run(*APPLY)
    assert done.code == 2
    assert "--yes" in done.err
    assert one.run(f"test -e {CONF}").returncode == 1


@pytest.mark.parametrize(("answer", "code"), [("n", 2), ("y", 0)])
def test_who_sits_there_is_asked(answer: str, code: int, program: Program, one: LabHost) -> None:
    """On a terminal the difference is shown and the answer decides."""
    done = program.on_terminal(*APPLY, answers={"[y/N]": answer})
    assert done.code == code
    assert "+ retries = 3" in done.plain
    assert one.run(f"test -e {CONF}").returncode == (0 if answer == "y" else 1)


def test_the_machine_of_tuile_is_refused(program: Program, tmp_path: Path) -> None:
    """The machine that Tuile runs on is left alone unless it is named, though --yes was said."""
    target = tmp_path / "own.conf"
    write_policy(tmp_path, rule("own", "config_option", file=str(target), key="size", value="3"))
    done = program.run("apply", "--baseline", "small", "--unsigned", "--yes")
    assert done.code == 1
    assert "this is the machine that Tuile runs on" in done.out
    assert (target.exists(), program.logs) == (False, [])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_that_fails_is_told_with_its_rules(
    engine: str, program: Program, one: LabHost
) -> None:
    """A file that cannot be replaced leaves its rule failing, says why, and keeps no other from
    being put right.
    """
    one.run(
        f"echo 'retries = 9' > {CONF}; mount --bind {CONF} {CONF}; mount -o remount,ro,bind {CONF}"
    )
    done = program.run(*APPLY, "--engine", engine, "--yes", "--json")
    (host,) = done.report["hosts"]
    rules = {each["rule"]: each for each in host["rules"]}
    assert (done.code, rules[MARTIANS]["result"], rules[SETTING]["result"]) == (
        1,
        "put_right",
        "still_failing",
    )
    assert CONF in rules[SETTING]["why"]["en"]
    assert list(host["failures"]) == ["config_option"]


def test_a_rule_that_fails_again_says_what_is_seen(program: Program, one: LabHost) -> None:
    """Where the engine is content but the host is not, the rule still fails, with both sides."""
    again = "while chmod 0666 /etc/issue; do sleep 0.1; done"
    one.run(f"chmod 0666 /etc/issue; systemd-run --quiet --collect sh -c '{again}'")
    done = program.run(*APPLY, "--yes", "--rule", ISSUE)
    assert done.code == 1
    assert "mode is 0666, wanted 0644" in done.out
    assert "STILL" in done.out


@pytest.mark.parametrize("engine", ENGINES)
def test_logs_are_kept_without_secrets(engine: str, program: Program, lab_host: LabHost) -> None:
    """The engine's own log is there for its owner only; sudo's password is in no file, output or
    command line.
    """
    lab_host.run(f"echo 'ops:{PASSWORD}' | chpasswd")
    write_inventory(program.folder, {"one": reach(lab_host, "ops")})
    arguments = (*APPLY, "--engine", engine, "--yes")
    with watching_commands("Quokka") as leaks:
        done = program.run(*arguments, TUILE_BECOME_PASSWORD=PASSWORD)
    assert (done.code, leaks) == (0, [])
    (log,) = program.logs
    assert log.read_text() != ""
    assert [log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777] == [0o600, 0o700]
    assert "Quokka" not in done.out + done.err
    assert program.files_with("Quokka") == []
    assert list(program.temporary.iterdir()) == []


def test_what_an_undo_cannot_put_back_is_told(program: Program, one: LabHost) -> None:
    """A file that cannot go is named, and the undo does not pass for a whole one."""
    assert program.run(*APPLY, "--yes").code == 0
    one.run(f"mount --bind {CONF} {CONF}")
    undone = program.run("undo", "--last", "-i", "inventories", "--yes", "--json")
    assert (undone.code, undone.report["hosts"][0]["trouble"]) == (1, [f"file {CONF}"])
    one.run(f"umount {CONF}")
