"""An engine that was cut off does nothing more: the host may have put itself back meanwhile."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.lab import LabHost
from tuile.engines import engine
from tuile.engines.interface import EngineResult, HostWork, KindWork
from tuile.workspace.inventory.variables import target

pytestmark = pytest.mark.lab
CUT = "(sleep 1; pkill -KILL -f 'sshd.*@notty') >/dev/null 2>&1 &"
TASKS = """
- ansible.builtin.shell: "{first}"
- {{ansible.builtin.command: sleep 3, delegate_to: tuile-controller}}
- ansible.builtin.command: touch /root/again
"""


def _late(host: LabHost, folder: Path, first: str) -> EngineResult:
    """Return how Ansible fared with a role that does something, waits for a while, and does
    something more.
    """
    role = folder / "late"
    (role / "tasks").mkdir(parents=True)
    (role / "tasks" / "main.yml").write_text(TASKS.format(first=first))
    there = target(host.name, {**host.inventory_vars(), "ansible_become": True}, ())
    (outcome,) = engine("ansible").apply(
        [HostWork(there, (KindWork("late", role, ({"rule": "r"},)),))], folder
    )
    return outcome


def test_ansible_does_not_come_back_after_a_cut(lab_host: LabHost, tmp_path: Path) -> None:
    """Where the connection dies between two tasks, the second is not done over a new one, and the
    host is lost.
    """
    outcome = _late(lab_host, tmp_path, CUT)

    assert outcome.failures.keys() == {""}
    assert lab_host.run("test -e /root/again").returncode == 1


def test_ansible_goes_on_where_nothing_is_cut(lab_host: LabHost, tmp_path: Path) -> None:
    """The same role without the cut does both."""
    outcome = _late(lab_host, tmp_path, "true")

    assert outcome.failures == {}
    assert lab_host.run("test -e /root/again").returncode == 0


def test_ansible_works_where_no_socket_fits(
    lab_host: LabHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a temporary folder whose path is too long for a socket, each task has a connection of
    its own.
    """
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    outcome = _late(lab_host, tmp_path, "true")

    assert outcome.failures == {}
    assert lab_host.run("test -e /root/again").returncode == 0
