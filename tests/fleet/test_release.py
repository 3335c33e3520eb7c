"""An apply takes a policy repository as it was signed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.policy import MARTIANS, RULES, reach, write_inventory, write_policy
from tests.fleet.program import Program
from tests.lab import LabHost
from tests.unit.signing.made import allow, key

pytestmark = pytest.mark.lab
APPLY = ("apply", "-i", "inventories", "--rule", MARTIANS, "--yes")


@pytest.fixture
def alice(program: Program, lab_host: LabHost, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the key of somebody whose signatures count here; a host waits for the policy."""
    write_policy(program.folder, *RULES)
    write_inventory(program.folder, {"one": reach(lab_host)})
    outside = tmp_path_factory.mktemp("etc")
    made = key(outside, "alice")
    program.settings["TUILE_AUTHORITY"] = str(allow(outside, alice=made))
    return made


def test_a_signed_policy_is_applied_and_an_altered_one_is_not(
    program: Program, alice: Path
) -> None:
    """What was changed after signing changes nothing on any host, and is named."""
    name = ("--name", "small-group", "--repo", ".", "--key", str(alice))
    assert program.run("baseline", "sign", *name, "--version", "1.0.0").code == 0
    file = next((program.folder / "baselines").iterdir())
    signed = file.read_text()
    file.write_text(signed.replace('"value": "1"', '"value": "0"'))
    refused = program.run(*APPLY)
    assert (refused.code, refused.out, program.logs) == (2, "", [])
    assert f"altered since: baselines/{file.name}" in refused.err
    file.write_text(signed)
    applied = program.run(*APPLY, "--release", "small-group@1.0.0")
    assert applied.code == 0, applied.out + applied.err


def test_an_older_release_does_not_come_back(program: Program, alice: Path) -> None:
    """Once a version was applied, those below it are refused unless going back is meant."""
    name = ("--name", "small-group", "--repo", ".", "--key", str(alice))
    program.run("baseline", "sign", *name, "--version", "1.1.0")
    assert program.run(*APPLY).code == 0
    program.run("baseline", "sign", *name, "--version", "1.0.0")
    refused = program.run(*APPLY)
    assert refused.code == 2
    assert "older than small-group 1.1.0" in refused.err
    assert program.run(*APPLY, "--older-release").code == 0
