"""The same rules under plain pytest with stock testinfra."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.fleet.policy import reach, write_inventory
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab
ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
Host good
  HostName {address}
  User deploy
  IdentityFile {key}
  IdentitiesOnly yes
  UserKnownHostsFile {known}
  StrictHostKeyChecking yes
  ControlMaster auto
  ControlPath {sockets}/%C
  ControlPersist 20
"""


def by_stock_testinfra(host: LabHost, folder: Path, level: str) -> dict[str, str]:
    """Return the outcome of each rule as pytest and stock testinfra tell it."""
    folder.chmod(0o700)
    config, report = folder / "ssh_config", folder / "junit.xml"
    place = {"address": host.address, "key": host.key_file, "known": host.known_hosts}
    options = [
        "--hosts=ssh://good",
        f"--ssh-config={config}",
        "--sudo",
        "--baseline=linux-server",
        f"--level={level}",
    ]
    manners = ["-q", "-p", "no:cacheprovider", f"--junit-xml={report}"]
    argv = [sys.executable, "-m", "pytest", *options, *manners, "checks/"]
    with tempfile.TemporaryDirectory(
        prefix="tuile-", dir="/run"
    ) as sockets:  # the name of a socket must be short
        config.write_text(CONFIG.format(**place, sockets=sockets))
        # A list
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode in (0, 1), done.stdout + done.stderr
    # Pytest's own
    return {_rule(case): _outcome(case) for case in ET.parse(report).iter("testcase")}  # noqa: S314


def _rule(case: ET.Element) -> str:
    """Return the rule of "test_rule[rule-id-ssh://good]", in whichever order pytest puts the two."""
    return (
        case.attrib["name"]
        .split("[", 1)[1]
        .removesuffix("]")
        .removeprefix("ssh://good-")
        .removesuffix("-ssh://good")
    )


def _outcome(case: ET.Element) -> str:
    if (failure := case.find("failure")) is not None:
        return (
            "error" if "CouldNotLook" in str(failure.text) + failure.attrib["message"] else "fail"
        )
    return "pass" if case.find("skipped") is None else "not_applicable"


def test_same_verdicts(fleet: Mapping[str, LabHost], program: Program) -> None:
    """Rule by rule, plain pytest with stock testinfra comes to what the program comes to."""
    write_inventory(program.folder, {"good": reach(fleet["good"])})
    options = (
        "-i",
        "inventories",
        "--baseline",
        "linux-server",
        "--level",
        "minimal",
        "--json",
        "--no-store",
    )
    ours = program.run("check", *options).hosts()["good"]["verdicts"]
    theirs = by_stock_testinfra(fleet["good"], program.folder, "minimal")
    assert theirs == {verdict["rule"]: verdict["outcome"] for verdict in ours}
    assert set(theirs.values()) >= {"pass", "fail", "not_applicable"}
