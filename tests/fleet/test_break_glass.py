"""The lockout on a real host: wrong passwords lock an account, but never one that is kept for
emergencies.
"""

from __future__ import annotations

import asyncio

import asyncssh
import pytest

from tests.fleet.policy import reach, rule, write_inventory, write_policy
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab

EMERGENCY, ORDINARY = "ops", "nosudo"
PASSWORD = "Bilby S3cret!"  # noqa: S105 -- of a host that nobody else reaches
TRIES = 3
FAILLOCK = {
    "file": "/etc/security/faillock.conf",
    "key": "deny",
    "value": str(TRIES),
    "compare": "at_most",
    "floor": 1,
}


def test_emergency_accounts_are_never_locked(program: Program, lab_host: LabHost) -> None:
    """After too many wrong passwords the right one opens the emergency account, and no other, until
    it is reset.
    """
    lab_host.run(f'for each in {EMERGENCY} {ORDINARY}; do echo "$each:{PASSWORD}" | chpasswd; done')
    write_policy(
        program.folder,
        rule("lockout", "lockout", spare=[EMERGENCY]),
        rule("few-tries", "config_option", **FAILLOCK),
    )
    write_inventory(program.folder, {"one": reach(lab_host)})
    done = program.run("apply", "-i", "inventories", "--unsigned", "--yes")
    assert done.code == 0, done.out + done.err

    assert open_to(lab_host, PASSWORD) == {EMERGENCY, ORDINARY}
    for _ in range(TRIES + 1):
        assert open_to(lab_host, "wrong") == set()
    assert open_to(lab_host, PASSWORD) == {EMERGENCY}
    lab_host.run(f"faillock --user {ORDINARY} --reset")
    assert open_to(lab_host, PASSWORD) == {EMERGENCY, ORDINARY}


def open_to(host: LabHost, password: str) -> set[str]:
    """Return which of the two accounts a password opens over SSH, both tried at the same time."""
    return asyncio.run(_open_to(host, password))


async def _open_to(host: LabHost, password: str) -> set[str]:
    opened = await asyncio.gather(*(_opens(host, user, password) for user in (EMERGENCY, ORDINARY)))
    return {user for user, open_ in zip((EMERGENCY, ORDINARY), opened, strict=True) if open_}


async def _opens(host: LabHost, user: str, password: str) -> bool:
    try:
        connection = await asyncssh.connect(
            host.address,
            username=user,
            password=password,
            known_hosts=str(host.known_hosts),
            client_keys=None,
            config=None,
            preferred_auth="password",
        )
    except asyncssh.PermissionDenied:
        return False
    connection.close()
    await connection.wait_closed()
    return True
