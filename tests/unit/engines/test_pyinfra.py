"""What the driver of pyinfra is told, and by what way."""

from __future__ import annotations

import json
from pathlib import Path

from tuile.engines.interface import HostWork, KindWork
from tuile.engines.pyinfra import Pyinfra, connection
from tuile.policy.target import Secret, Target


def test_passwords_travel_on_standard_input_only(tmp_path: Path) -> None:
    """No file, no command line and no host data of pyinfra holds a password."""
    target = Target(
        "web1", become=True, password=Secret("first-pw"), become_password=Secret("second-pw")
    )
    job = Pyinfra()._job(
        [HostWork(target, (KindWork("sysctl", tmp_path, ({"rule": "r"},)),))], tmp_path, tmp_path
    )
    files = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    order = json.loads(job.stdin)
    assert (order["hosts"][0]["password"], order["hosts"][0]["become_password"]) == (
        "first-pw",
        "second-pw",
    )
    for shown in (files, " ".join(job.command), json.dumps(order["hosts"][0]["data"])):
        assert "first-pw" not in shown
        assert "second-pw" not in shown


def test_local_connection_needs_no_ssh(tmp_path: Path) -> None:
    """This machine is reached without an ssh_config."""
    assert connection(tmp_path, 0, Target("here", connection="local")) == {}
    assert not list(tmp_path.iterdir())


def test_who_acts_is_said_to_pyinfra(tmp_path: Path) -> None:
    """Become means sudo, as the user that the inventory names; host keys are strict."""
    found = connection(tmp_path, 0, Target("web1", become=True, become_user="admin"))
    assert (found["_sudo"], found["_sudo_user"]) == (True, "admin")
    assert found["ssh_strict_host_key_checking"] == "yes"
