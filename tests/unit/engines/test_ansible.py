"""What is written for a run of Ansible, and how its answers are read."""

from __future__ import annotations

import base64
import json
import stat
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

from tuile.engines import ansible as ansible_playbook
from tuile.engines import ansible_answer
from tuile.engines.ansible import Ansible
from tuile.engines.ansible_inventory import write_run
from tuile.engines.interface import FileChange, HostWork, KindWork
from tuile.policy.target import Secret, Target

LOGIN, SUDO = "log{{in}}-pass", "0644"


class _Inventory(yaml.SafeLoader):
    """Reads `!unsafe` as the text that it marks."""


_Inventory.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def _work(role: Path) -> HostWork:
    options = {"proxyjump": "gate", "userknownhostsfile": "/etc/a b"}
    target = Target(
        "web1",
        address="192.0.2.7",
        port=2222,
        user="ops",
        ssh_options=options,
        password=Secret(LOGIN),
        become=True,
        become_password=Secret(SUDO),
    )
    file = FileChange("/etc/x.conf", None, b"a = {{ 1 }}\n\xff", "0640", "root", "adm")
    return HostWork(
        target, (KindWork("sysctl", role, ({"rule": "r", "key": "k", "value": "0"},), (file,)),)
    )


def test_every_file_of_a_run_is_private(tmp_path: Path) -> None:
    """Passwords and contents are readable by this user only."""
    write_run(tmp_path, [_work(tmp_path)], forks=5)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files if path.name != "ssh"} == {0o600}
    assert stat.S_IMODE((tmp_path / "ssh").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()} == {
        0o700
    }


def test_inventory_carries_the_target_and_the_work(tmp_path: Path) -> None:
    """Ansible reaches the host as the target says, and strings stay strings."""
    write_run(tmp_path, [_work(tmp_path)], forks=5)
    text = (tmp_path / "inventory.yml").read_text()
    # A safe loader
    host = yaml.load(text, _Inventory)["all"]["children"]["tuile"]["hosts"]["web1"]  # noqa: S506
    assert (host["ansible_host"], host["ansible_port"], host["ansible_user"]) == (
        "192.0.2.7",
        2222,
        "ops",
    )
    assert (host["ansible_password"], host["ansible_become_password"]) == (LOGIN, SUDO)
    assert "proxyjump=gate" in host["ansible_ssh_common_args"]
    assert "'userknownhostsfile=/etc/a b'" in host["ansible_ssh_common_args"]
    assert "stricthostkeychecking=yes" in host["ansible_ssh_common_args"]
    kind = json.loads((tmp_path / "hosts" / "0.json").read_text())["kinds"][0]
    assert kind["rules"] == [{"rule": "r", "key": "k", "value": "0"}]
    assert (kind["files"][0]["before"], kind["files"][0]["mode"]) == ("", "0640")
    source = Path(kind["files"][0]["source"])
    assert base64.b64decode(source.read_text()) == b"a = {{ 1 }}\n\xff"


def test_what_looks_like_a_template_is_marked_as_none(tmp_path: Path) -> None:
    """A password or value with braces reaches Ansible as it is."""
    write_run(tmp_path, [_work(tmp_path)], forks=5)
    assert f'!unsafe "{LOGIN}"' in (tmp_path / "inventory.yml").read_text()


def test_no_password_is_on_the_command_line(tmp_path: Path) -> None:
    """Neither the command nor the environment of ansible-playbook holds a password."""
    job = Ansible()._job([_work(tmp_path)], tmp_path, tmp_path)
    shown = json.dumps([list(job.command), dict(job.environment)])
    assert LOGIN not in shown
    assert job.environment["ANSIBLE_CONFIG"] == str(tmp_path / "ansible.cfg")


def test_settings_of_the_user_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback or a lax host key check in the environment changes nothing."""
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "False")
    job = Ansible()._job([_work(tmp_path)], tmp_path, tmp_path)
    assert "ANSIBLE_HOST_KEY_CHECKING" not in job.environment


def test_no_host_outranks_what_is_ours(tmp_path: Path) -> None:
    """Where answers go, what is to be done and how ssh goes on are variables of the command line;
    facts are none.
    """
    job = Ansible()._job([_work(tmp_path)], tmp_path, tmp_path)
    assert f"@{tmp_path / 'ours.yml'}" in job.command
    ours = yaml.safe_load((tmp_path / "ours.yml").read_text())
    assert (ours["tuile_folder"], ours["tuile_numbers"]) == (str(tmp_path), {"web1": 0})
    settings = (tmp_path / "ansible.cfg").read_text()
    assert "inject_facts_as_vars = False" in settings
    assert "no_target_syslog = True" in settings


@pytest.mark.parametrize("items", [False, True])
def test_an_answer_stays_an_answer(*, items: bool) -> None:
    """Hosts, groups, figures and facts in what a module answers are dropped; where Python is, as a
    path, stays.
    """
    path = Path(ansible_playbook.__file__).parent / "playbook" / "strategy" / "tuile_free.py"
    spec = spec_from_file_location("tuile_free", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    facts = {"tuile_same_connection": "x", "discovered_interpreter_python": "/usr/bin/python3"}
    answer = {
        "rc": 0,
        "add_host": {"host_name": "h"},
        "add_group": "g",
        "ansible_stats": {},
        "ansible_facts": facts,
    }
    given = {"results": [answer]} if items else answer
    module.only_an_answer(given, own=False)
    assert answer == {
        "rc": 0,
        "ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3"},
    }
    wrong = {"ansible_facts": {"discovered_interpreter_python": "/bin/sh -c x"}}
    module.only_an_answer(wrong, own=False)
    assert wrong == {"ansible_facts": {}}
    mine = {"ansible_facts": {"tuile_failed": []}}
    module.only_an_answer(mine, own=True)
    assert mine == {"ansible_facts": {"tuile_failed": []}}


REACHED = {"rc": 0, "stdout": "/usr/bin/python3\n"}


@pytest.mark.parametrize(
    ("answer", "failures"),
    [
        ({"reached": REACHED, "failed": []}, {}),
        (
            {
                "reached": {"unreachable": True, "msg": "Failed to connect:\nNo route to host"},
                "failed": [],
            },
            {"": "Failed to connect: No route to host"},
        ),
        (
            {"reached": {"rc": 0, "stdout": "no-python3\r\n"}, "failed": []},
            {"": ansible_answer.NO_PYTHON},
        ),
        (
            {
                "reached": {
                    "rc": 1,
                    "stdout": "not in the sudoers file\r\n",
                    "stderr": "Shared connection to h closed.",
                },
                "failed": [],
            },
            {"": "not in the sudoers file"},
        ),
        (
            {"reached": {"msg": "Incorrect sudo password"}, "failed": []},
            {"": "Incorrect sudo password"},
        ),
    ],
)
def test_a_host_is_said_to_be_done_or_not_reached(
    answer: ansible_answer.Answer, failures: dict[str, str]
) -> None:
    """The host's own trouble stands under the empty kind."""
    assert ansible_answer.failures(answer) == failures


def test_only_the_items_that_failed_are_told() -> None:
    """Of a loop, the words of each failed item are kept, those of a command before its status."""
    items = [
        {"failed": False, "msg": "fine"},
        {
            "failed": True,
            "rc": 1,
            "msg": "non-zero return code",
            "stderr": "sysctl: permission denied",
        },
        {"failed": True, "msg": "x changed since it was read."},
    ]
    failed = {
        "kind": "sysctl",
        "task": "Values",
        "result": {"msg": "One or more items failed", "results": items},
    }
    answer = {"reached": REACHED, "failed": [failed]}
    said = "Values: sysctl: permission denied; x changed since it was read."
    assert ansible_answer.failures(answer) == {"sysctl": said}
