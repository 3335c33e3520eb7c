"""Hosts behind a jump host, with strict host keys at each hop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.fleet.policy import reach, write_inventory
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab


@pytest.fixture
def behind(fleet: Mapping[str, LabHost], lab_host: LabHost) -> LabHost:
    """Return a host that answers to its jump host only."""
    lab_host.run(
        "nft add table inet lab; nft 'add chain inet lab in { type filter hook input priority 0; }'"
    )
    source = f"ip saddr != {fleet['good'].address}"
    done = lab_host.run(f"nft add rule inet lab in {source} tcp dport 22 reject with tcp reset")
    assert done.returncode == 0, done.stderr
    return lab_host


def way(jump: LabHost, known: str, how: str) -> dict[str, Any]:
    """Return the variable that leads through the jump host; the keys of both must be in `known`."""
    strict = (
        f"-o UserKnownHostsFile={known} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o"
        " BatchMode=yes"
    )
    return {"ansible_ssh_common_args": f"{strict} {how}deploy@{jump.address}"}


def known_hosts(program: Program, *hosts: LabHost) -> str:
    """Return a known_hosts file with the keys of these hosts."""
    path = program.folder / "known_hosts"
    path.write_text("".join(host.known_hosts.read_text() for host in hosts))
    return str(path)


@pytest.mark.parametrize(("engine", "how"), [("pyinfra", "-J "), ("ansible", "-o ProxyJump=")])
def test_through_a_jump_host(
    engine: str, how: str, behind: LabHost, fleet: Mapping[str, LabHost], program: Program
) -> None:
    """A host that only its jump host reaches is checked, put right by either engine, and checked
    again.
    """
    write_inventory(program.folder, {"direct": reach(behind)})
    direct = program.run("check", "-i", "inventories")
    assert (direct.code, "NOT REACHED" in direct.out) == (3, True)
    jump = fleet["good"]
    write_inventory(
        program.folder, {"far": reach(behind, **way(jump, known_hosts(program, jump, behind), how))}
    )
    assert program.run("check", "-i", "inventories").code == 1
    applied = program.run("apply", "-i", "inventories", "--unsigned", "--engine", engine, "--yes")
    assert applied.code == 0, applied.out + applied.err
    assert program.run("check", "-i", "inventories").code == 0


@pytest.mark.parametrize(
    ("known", "words"), [("jump", "host key is not known"), ("target", "jump host 198.18.")]
)
def test_keys_are_strict_at_each_hop(
    known: str, words: str, behind: LabHost, fleet: Mapping[str, LabHost], program: Program
) -> None:
    """An unknown key of the jump host, or of the host behind it, ends the way there, and says which
    it was.
    """
    jump = fleet["good"]
    keys = known_hosts(program, jump if known == "jump" else behind)
    write_inventory(program.folder, {"far": reach(behind, **way(jump, keys, "-J "))})
    done = program.run("check", "-i", "inventories")
    assert done.code == 3
    assert words in done.out
    assert "host key is not known" in done.out
