"""Automation survives its own hardening: after the strictest rules, check and apply work as before."""

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
CUT_OFF = ("sudo_option", "sshd_option", "pam", "lockout", "umask_and_timeout", "mount_option")
"""Kinds of which a rule can cut automation off."""
GONE = "telnet-absent"
PREPARE = """
id tuile >/dev/null 2>&1 || useradd --create-home --shell /bin/bash tuile
install -d -m 0700 -o tuile -g tuile /home/tuile/.ssh
install -m 0600 -o tuile -g tuile /home/deploy/.ssh/authorized_keys /home/tuile/.ssh/
echo 'AllowGroups tuile' > /etc/ssh/sshd_config.d/10-site.conf
for each in /home /var/tmp; do
    mount --bind $each $each
    echo "$each $each none bind 0 0" >> /etc/fstab
done
systemctl reload ssh
"""
"""The account that the baselines name, the only one that may log in; and homes and /var/tmp as file
systems apart.
"""
BREAK = (
    "apt-get -qq install telnet; sysctl -qw net.ipv4.conf.all.log_martians=0; echo 'retries = 9' >"
    " /etc/lab.conf"
)


@pytest.mark.parametrize(
    ("password", "engine"),
    [(None, "ansible"), (PASSWORD, "pyinfra")],
    ids=["without-password", "with-password"],
)
def test_check_and_apply_go_on(
    password: str | None, engine: str, program: Program, lab_host: LabHost
) -> None:
    """The strictest rules are put right over sudo; then both engines put right what is broken, and
    undo works.
    """
    harden(lab_host, program, password, engine)
    for each in ("pyinfra", "ansible"):
        lab_host.run(BREAK)
        assert failing(run(program, password, "check")) == {MARTIANS, SETTING, GONE}
        done = run(program, password, "apply", "--unsigned", "--yes", "--engine", each)
        assert (done.code, not_right(done)) == (0, {})
    assert run(program, password, "undo", "--last", "--yes").code == 0
    assert failing(run(program, password, "check")) == {MARTIANS, SETTING, GONE}


def test_the_exceptions_are_the_least(program: Program, lab_host_13: LabHost) -> None:
    """Without either exception of its account Tuile says that it could not look, and calls nothing
    compliant.
    """
    harden(lab_host_13, program, None, "pyinfra")
    lab_host_13.run(
        "gpasswd --delete tuile sudo"
    )  # administrators, who are of that group, have an exception of their own
    for option in ("noexec", "requiretty"):
        lab_host_13.run(f"sed -i.away '/Defaults:tuile !{option}/d' /etc/sudoers.d/zz-tuile")
        assert run(program, None, "check").code == 3
        lab_host_13.run("mv /etc/sudoers.d/zz-tuile.away /etc/sudoers.d/zz-tuile")
    assert run(program, None, "check").code == 0


def harden(host: LabHost, program: Program, password: str | None, engine: str) -> None:
    """Put the strictest rules right on a host, with the account `tuile` and sudo with or without a
    password.
    """
    host.run(PREPARE)
    host.run(
        f"echo 'tuile ALL=(ALL:ALL) {'' if password else 'NOPASSWD: '}ALL' > /etc/sudoers.d/tuile"
    )
    host.run(f"echo 'tuile:{password}' | chpasswd" if password else "true")
    package = {**rule(GONE, "package"), "params": {"name": "telnet", "state": "absent"}}
    write_policy(program.folder, *strictest(), *RULES, package)
    write_inventory(program.folder, {"one": reach(host, "tuile")})
    first = run(program, password, "apply", "--unsigned", "--yes", "--engine", engine)
    assert (first.code, not_right(first)) == (0, {}), first.err


def strictest() -> list[dict[str, Any]]:
    """Return the rules that ship, of every level, of the kinds that can cut automation off."""
    files = sorted((ROOT / "baselines").glob("linux-*.yaml"))
    rules = [
        each
        for path in files
        for each in yaml.safe_load(path.read_text(encoding="utf-8")).get("rules", ())
    ]
    return [{**each, "level": "minimal"} for each in rules if each["kind"] in CUT_OFF]


def run(program: Program, password: str | None, command: str, *more: str) -> Done:
    """Run a command on the inventory, with the password of sudo if it wants one."""
    secret = {"TUILE_BECOME_PASSWORD": password} if password else {}
    return program.run(command, "-i", "inventories", "--json", *more, **secret)


def not_right(done: Done) -> dict[str, str]:
    """Return what became of the rules of the only host that are not put right."""
    (host,) = done.report["hosts"]
    return {each["rule"]: each["result"] for each in host["rules"] if each["result"] != "put_right"}


def failing(done: Done) -> set[str]:
    """Return the rules of the only host that fail."""
    (host,) = done.report["hosts"]
    return {each["rule"] for each in host["verdicts"] if each["outcome"] == "fail"}
