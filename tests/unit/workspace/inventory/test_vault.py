"""Values that ansible-vault has encrypted are opened with the passwords at hand, or cost their host
in words.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tuile.policy.errors import PolicyMistakes, Usage
from tuile.policy.target import Secret
from tuile.workspace import inventory
from tuile.workspace.inventory import Reading, Vault

PASSWORD = "le-coffre"  # noqa: S105 -- of this test alone


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an inventory with an encrypted password of sudo, and the file of the vault's password
    beside it.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (tmp_path / "site/group_vars/all").mkdir(parents=True)
    (tmp_path / "site/hosts.yml").write_text(
        "all: {hosts: {srv-a: , srv-b: {ansible_become_password: x}}}\n"
    )
    (tmp_path / "site/group_vars/all/secret.yml").write_text(
        encrypted("encrypt_string", "--name", "sealed", "hunter2")
    )
    (tmp_path / "site/group_vars/all/vars.yml").write_text(
        'ansible_become: true\nansible_become_password: "{{ sealed }}"\n', encoding="utf-8"
    )
    return tmp_path


def encrypted(*arguments: str) -> str:
    """Return what ansible-vault prints."""
    program = Path(sys.executable).with_name("ansible-vault")
    command = [program, arguments[0], "--vault-password-file", "password", *arguments[1:]]
    return subprocess.run(  # noqa: S603 -- a list, no shell
        command, capture_output=True, check=True, text=True, stdin=subprocess.DEVNULL
    ).stdout


def load(*files: str, typed: str | None = None) -> inventory.Inventory:
    """Return the inventory, read with passwords."""
    return inventory.load(
        "site", None, Reading(vault=Vault(files, None if typed is None else Secret(typed)))
    )


def test_a_value_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file, a program, a typed password, the environment, or the user's settings of Ansible."""
    (folder / "program").write_text(f"#!/bin/sh\necho {PASSWORD}\n", encoding="utf-8")
    (folder / "program").chmod(0o755)
    (folder / "wrong").write_text("wrong", encoding="utf-8")
    found = [
        load("wrong", "password"),
        load("program"),
        load("site@password"),
        load(typed=PASSWORD),
    ]
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", "password")
    found.append(load())

    assert [one.targets["srv-a"].become_password.reveal() for one in found] == ["hunter2"] * 5  # type: ignore[union-attr]


def test_a_value_that_stays_shut_costs_its_hosts(folder: Path) -> None:
    """The file and the variable are named, what to do too; nothing is sent in the place of the
    password.
    """
    (folder / "wrong").write_text("wrong", encoding="utf-8")
    for files in ((), ("wrong",)):
        found = load(*files)

        assert found.targets["srv-a"].become_password is None
        assert "ansible_become_password is encrypted (ansible-vault)" in str(
            found.targets["srv-a"].obstacle
        )
        assert "--vault-password-file" in str(found.targets["srv-a"].obstacle)
        assert "group_vars/all/secret.yml" in str(found.targets["srv-a"].obstacle)
        assert found.targets["srv-b"].obstacle is None


def test_nothing_encrypted_is_remembered(folder: Path) -> None:
    """Neither sealed nor open."""
    inventory.load("site", folder / "memory", Reading(vault=Vault(("password",))))

    assert not (folder / "memory").exists()


def test_a_file_that_is_encrypted_as_a_whole(folder: Path) -> None:
    """It is read with the password, and named without."""
    (folder / "site/group_vars/all/vars.yml").write_text(
        f"ansible_user: {PASSWORD}\n", encoding="utf-8"
    )
    encrypted("encrypt", "site/group_vars/all/vars.yml")

    assert load("password").targets["srv-a"].user == PASSWORD
    with pytest.raises(PolicyMistakes, match=r"vars\.yml: is encrypted .*--vault-password-file"):
        load()


def test_a_password_that_cannot_be_read(folder: Path) -> None:
    """The file is named."""
    (folder / "broken").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (folder / "broken").chmod(0o755)
    with pytest.raises(Usage, match="nothing: no vault password"):
        load("nothing")
    with pytest.raises(PolicyMistakes, match="broken"):
        load("broken")
