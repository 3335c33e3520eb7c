"""A plain Ansible inventory, in any of its forms, becomes targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuile.policy.errors import PolicyMistakes, Usage
from tuile.workspace import inventory

YAML = """\
all:
  vars: {ansible_user: ops, lan: 192.0.2}
  children:
    lens:
      children:
        lens_servers:
          hosts:
            srv-1: {ansible_host: "{{ lan }}.11", ansible_port: 2222, tuile_ring: canary}
            srv-2: {ansible_ssh_common_args: "-J bastion.example -o StrictHostKeyChecking=yes"}
"""
INI = """\
[lens_servers]
srv-[1:2] ansible_user=ops
[lens:children]
lens_servers
"""


def test_yaml_gives_targets_groups_and_templated_addresses(tmp_path: Path) -> None:
    """Variables of groups reach hosts, templates are filled in, children are members of their
    parents.
    """
    (tmp_path / "hosts.yml").write_text(YAML, encoding="utf-8")

    found = inventory.load(str(tmp_path / "hosts.yml"), None)

    first, second = found.targets["srv-1"], found.targets["srv-2"]
    assert (first.address, first.port, first.user, first.variables) == (
        "192.0.2.11",
        2222,
        "ops",
        {"tuile_ring": "canary"},
    )
    assert dict(second.ssh_options) == {
        "proxyjump": "bastion.example",
        "stricthostkeychecking": "yes",
    }
    assert found.fleet.select("lens") == {"srv-1", "srv-2"}


def test_ini_with_ranges_gives_the_same_hosts(tmp_path: Path) -> None:
    """The INI form and its ranges are Ansible's own."""
    (tmp_path / "hosts").write_text(INI, encoding="utf-8")

    found = inventory.load(str(tmp_path / "hosts"), None)

    assert found.fleet.hosts == ("srv-1", "srv-2")
    assert found.fleet.select("lens") == {"srv-1", "srv-2"}


def test_a_folder_with_policy_files_beside_is_an_inventory(tmp_path: Path) -> None:
    """policy.yaml, waivers.yaml and attestations.yaml in an inventory folder are not taken for
    hosts.
    """
    (tmp_path / "hosts.yml").write_text(YAML, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text("assign: []\n", encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text("[]\n", encoding="utf-8")
    (tmp_path / "attestations.yaml").write_text("- {rule: a}\n", encoding="utf-8")

    assert inventory.load(str(tmp_path), None).fleet.hosts == ("srv-1", "srv-2")


def test_a_script_is_run_each_time_and_never_remembered(tmp_path: Path) -> None:
    """A dynamic inventory is asked anew, whatever is remembered."""
    script = tmp_path / "hosts.sh"
    script.write_text(
        '#!/bin/sh\necho \'{"all": {"hosts": ["dyn-1"]}, "_meta": {"hostvars": {}}}\'\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    memory = tmp_path / "memory"

    assert inventory.load(str(script), memory).fleet.hosts == ("dyn-1",)
    assert not memory.exists()


def test_a_static_inventory_is_remembered_until_it_changes(tmp_path: Path) -> None:
    """The second load needs no ansible-inventory; a change of any file, also group_vars, is seen."""
    (tmp_path / "hosts.yml").write_text(YAML, encoding="utf-8")
    memory = tmp_path / "memory"
    inventory.load(str(tmp_path / "hosts.yml"), memory)
    kept = list(memory.iterdir())

    inventory.load(str(tmp_path / "hosts.yml"), memory)
    assert list(memory.iterdir()) == kept
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars/all.yml").write_text("ansible_user: other\n", encoding="utf-8")
    again = inventory.load(str(tmp_path / "hosts.yml"), memory)

    assert again.targets["srv-2"].user == "other"
    assert all(path.stat().st_mode & 0o077 == 0 for path in memory.iterdir())


@pytest.mark.parametrize(
    "variable", ["ansible_become_password: hunter2", "ansible_password: hunter2"]
)
def test_an_inventory_with_a_password_is_never_remembered(tmp_path: Path, variable: str) -> None:
    """Passwords stay in the inventory; they are not copied anywhere, and not shown."""
    (tmp_path / "hosts.yml").write_text(
        f"all:\n  hosts:\n    srv-1: {{{variable}}}\n", encoding="utf-8"
    )
    memory = tmp_path / "memory"

    found = inventory.load(str(tmp_path / "hosts.yml"), memory)

    assert not memory.exists()
    assert "hunter2" not in repr(found)
    secret = found.targets["srv-1"].become_password or found.targets["srv-1"].password
    assert secret is not None
    assert secret.reveal() == "hunter2"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ("ansible_port: 99999", 'its port is "99999"'),
        ('ansible_host: "{{ nothing }}"', "'nothing' is undefined"),
        ('ansible_ssh_common_args: "-o"', ""),
        ('ansible_ssh_common_args: "bastion"', 'cannot read "bastion"'),
        ('ansible_host: "-oProxyCommand=id"', "no name or address of a host"),
        ('ansible_user: "$(id)"', "no name of an account"),
        ('ansible_ssh_common_args: "-J a;id"', "no name or address of a host"),
        ('ansible_ssh_private_key_file: "a\\n  ProxyCommand id"', "no name of a file"),
    ],
)
def test_a_variable_that_makes_no_sense_costs_its_host_only(
    tmp_path: Path, variables: str, words: str
) -> None:
    """That host is not reached, in words; the one beside it is."""
    (tmp_path / "hosts.yml").write_text(
        f"all:\n  hosts:\n    srv-1: {{{variables}}}\n    srv-2:\n", encoding="utf-8"
    )

    found = inventory.load(str(tmp_path / "hosts.yml"), None)

    assert words in str(found.targets["srv-1"].obstacle)
    assert bool(words) == (found.targets["srv-1"].obstacle is not None)
    assert found.targets["srv-2"].obstacle is None


def test_connections_that_tuile_does_not_speak_are_an_obstacle_of_their_host_only(
    tmp_path: Path,
) -> None:
    """A Windows host in the inventory costs itself only."""
    (tmp_path / "hosts.yml").write_text(
        "all:\n  hosts:\n    win-1: {ansible_connection: winrm}\n    srv-1: {ansible_become:"
        " yes}\n",
        encoding="utf-8",
    )

    found = inventory.load(str(tmp_path / "hosts.yml"), None)

    assert "sa connexion est « winrm »" in str(found.targets["win-1"].obstacle)
    assert found.targets["srv-1"].obstacle is None
    assert found.targets["srv-1"].become


def test_an_inventory_that_ansible_cannot_read_is_a_mistake_in_words(tmp_path: Path) -> None:
    """Ansible's reason is passed on, with the name of the file and the line."""
    wrong = {
        "hosts.yml": ("all:\n  hosts: [unclosed\n", r":3: .*flow sequence"),
        "numbers.yml": (
            "all:\n  hosts:\n    34_133_111_133:\n",
            r":3: .*34133111133 must be a string",
        ),
        "hosts.ini": ("a\nb ansible_host=<its owner's address>\n", r":2: .*No closing quotation"),
    }
    for name, (text, words) in wrong.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

        with pytest.raises(PolicyMistakes, match=f"{name}{words}"):
            inventory.load(str(tmp_path / name), None)


def test_no_such_inventory_is_a_usage_error(tmp_path: Path) -> None:
    """A wrong path says what is expected."""
    with pytest.raises(Usage, match="no inventory"):
        inventory.load(str(tmp_path / "nothing"), None)


def test_a_list_of_hosts_is_an_inventory() -> None:
    """`-i srv-1,srv-2` needs no file."""
    assert inventory.load("srv-1,srv-2", None).fleet.hosts == ("srv-1", "srv-2")
