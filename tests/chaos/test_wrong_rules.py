"""Rules that close the way in, on purpose: they cost no more than the time to confirm, and nothing
is left of them.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.play import PATIENCE, lets_in
from tests.chaos.work import risky
from tests.fleet.policy import Rule, reach, write_inventory, write_policy
from tests.fleet.program import Done, Program
from tests.lab import Lab, LabHost
from tests.witness import between, witness

pytestmark = pytest.mark.lab
_DROPPING = """
mkdir -p /etc/systemd/system/nftables.service.d
printf '[Service]\\nProtectSystem=no\\nProtectHome=no\\n' >/etc/systemd/system/nftables.service.d/lab.conf
systemctl daemon-reload
cat >/etc/nftables.conf <<'RULES'
flush ruleset
table inet shut {
  chain input { type filter hook input priority 0; policy drop; }
}
RULES
"""
WITHIN = 15
"""Seconds to confirm: a busy machine must still say in time that it is there, or the host puts
itself back too soon.
"""
_IN_FLIGHT = WITHIN - 3
"""Seconds after which a login counts as shut out: one that had begun when the firewall closed goes
on when it opens.
"""
_NOBODY = ["item=user", "sense=allow", "file=/etc/nobody", "onerr=fail"]
WRONG: dict[str, tuple[Rule, str]] = {
    "keys": (
        risky(
            "keys-elsewhere", "sshd_option", option="AuthorizedKeysFile", value="/etc/ssh/nobody"
        ),
        "true",
    ),
    "sudo": (
        risky("sudoers-of-ours-gone", "file", path="/etc/sudoers.d/lab", exists=False),
        "true",
    ),
    "pam": (
        risky(
            "pam-denies",
            "pam",
            service="sshd",
            type="account",
            module="pam_listfile.so",
            control="required",
            arguments=_NOBODY,
        ),
        "true",
    ),
    "firewall": (
        risky("firewall-on", "service", name="nftables", enabled=True, running=True),
        _DROPPING,
    ),
}
"""sshd that looks for keys where there are none; sudo without the account that logs in; PAM that
lets nobody in; a
firewall that drops the controller."""


@dataclass(frozen=True)
class Played:
    """What became of a host."""

    done: Done
    shut: bool
    open_again: bool
    left_behind: list[str]


@pytest.fixture(scope="module")
def played(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Return what became of each wrong rule, each on a host of its own, all at the same time."""
    hosts = lab.start([f"wrong-{name}" for name in WRONG])
    folders = [tmp_path_factory.mktemp(name) for name in WRONG]
    with ThreadPoolExecutor(len(hosts)) as pool:
        found = dict(zip(WRONG, pool.map(_play, WRONG, hosts, folders), strict=True))
    for host in hosts:
        host.discard()
    return found


@pytest.mark.parametrize("name", WRONG)
def test_what_closes_the_way_in_costs_the_time_to_confirm(
    name: str, played: dict[str, Played]
) -> None:
    """The host puts itself back, lets people in again in time, and nothing of the rule is left."""
    found = played[name]

    assert found.shut, found.done
    assert found.open_again, found.done
    assert found.done.code == 1
    assert found.done.hosts()["one"]["guarded"]["ending"] == "put_back_itself"
    assert found.left_behind == []


def _play(name: str, host: LabHost, folder: Path) -> Played:
    rule, prepare = WRONG[name]
    workspace = host.run(f"set -e\n{prepare}")
    assert workspace.returncode == 0, workspace.stderr
    assert host.ssh("sudo -n true").returncode == 0  # its first use leaves a mark in the home
    before = _seen(host)
    write_policy(folder, rule)
    write_inventory(folder, {"one": reach(host)})
    words = ("--unsigned", "--yes", "--json", "--confirm-within", str(WITHIN))
    with Program(folder).start("apply", "-i", "inventories", *words) as process:
        shut = _until(host, 90, succeeds=False)
        open_again = _until(host, WITHIN + PATIENCE, succeeds=True)
        out, err = process.communicate(timeout=180)
    return Played(
        Done(process.returncode, out, err), shut, open_again, between(before, _seen(host))
    )


def _seen(host: LabHost) -> list[str]:
    return witness(host, ("ssh.service", "nftables.service"))


def _until(host: LabHost, seconds: float, *, succeeds: bool) -> bool:
    """Return whether a login with sudo comes to this in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if lets_in(host, _IN_FLIGHT) is succeeds:
            return True
        time.sleep(0.3)
    return False
