"""Automation survives its own hardening: after the strictest rules, check and apply work as before, with both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fleet.policy import MARTIANS, RULES, SETTING, reach, rule, write_inventory, write_policy
from tests.fleet.program import Done, Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Numbat S3cret!"  # noqa: S105 -- of a host that nobody else reaches
CAN_CUT_OFF = ("sudo_option", "sshd_option", "pam", "lockout", "umask_and_timeout", "mount_option")
GONE = "telnet-absent"
HARDENED = {"/home": "exec", "/var/tmp": "exec"}  # noqa: S108 -- mount points
PREPARE = """
useradd --create-home --shell /bin/bash tuile
install -d -m 0700 -o tuile -g tuile /home/tuile/.ssh
install -m 0600 -o tuile -g tuile /home/deploy/.ssh/authorized_keys /home/tuile/.ssh/
echo 'AllowGroups tuile' > /etc/ssh/sshd_config.d/10-site.conf
for each in /home /var/tmp; do
    mount --bind $each $each
    echo "$each $each none bind 0 0" >> /etc/fstab
done
systemctl reload ssh
"""
BREAK = "apt-get -qq install telnet; sysctl -qw net.ipv4.conf.all.log_martians=0; echo 'retries = 9' > /etc/lab.conf"


def strictest() -> list[dict[str, Any]]:
    """Return the rules that ship, of every level, of the kinds that can cut automation off."""
    files = sorted((ROOT / "baselines").glob("linux-*.yaml"))
    rules = [each for path in files for each in yaml.safe_load(path.read_text(encoding="utf-8")).get("rules", ())]
    return [{**each, "level": "minimal"} for each in rules if each["kind"] in CAN_CUT_OFF]


def write_strictest(folder: Path) -> None:
    """Write a policy of them all, with a few ordinary rules that are put right afterwards."""
    write_policy(
        folder, *strictest(), *RULES, {**rule(GONE, "package"), "params": {"name": "telnet", "state": "absent"}}
    )


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["sudo-without-password", "sudo-with-password"])
def test_check_and_apply_go_on(password: str | None, program: Program, lab_host: LabHost) -> None:
    """The strictest rules are put right over sudo; then both engines still put right what is broken by hand."""
    lab_host.run(PREPARE)
    lab_host.run(f"echo 'tuile ALL=(ALL:ALL) {'NOPASSWD: ' if not password else ''}ALL' > /etc/sudoers.d/tuile")
    lab_host.run(f"echo 'tuile:{password}' | chpasswd" if password else "true")
    write_strictest(program.folder)
    write_inventory(program.folder, {"one": reach(lab_host, "tuile")})
    secret = {"TUILE_BECOME_PASSWORD": password} if password else {}

    first = program.run("apply", "-i", "inventories", "--unsigned", "--yes", "--json", "--engine", "ansible", **secret)
    left = not_right(first)
    assert left == {}, left
    for engine in ("pyinfra", "ansible"):
        lab_host.run(BREAK)
        failing = verdicts(program.run("check", "-i", "inventories", "--json", **secret), "fail")
        assert set(failing) == {MARTIANS, SETTING, GONE}
        done = program.run("apply", "-i", "inventories", "--unsigned", "--yes", "--json", "--engine", engine, **secret)
        assert (done.code, not_right(done)) == (0, {}), done.err


def not_right(done: Done) -> dict[str, str]:
    """Return what became of the rules of the only host that are not put right."""
    (host,) = done.report["hosts"]
    return {each["rule"]: each["result"] for each in host["rules"] if each["result"] != "put_right"}


def verdicts(done: Done, outcome: str) -> list[str]:
    """Return the rules of the only host that got a verdict."""
    (host,) = done.report["hosts"]
    return [each["rule"] for each in host["verdicts"] if each["outcome"] == outcome]
