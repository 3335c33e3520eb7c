"""What Ansible would execute to read an inventory is known beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuile.workspace.inventory import programs

DATA = "[defaults]\ninventory = hosts.yml\nhost_key_checking = true\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an inventory of plain files, as the working directory, away from the user's own
    settings.
    """
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inventory/group_vars").mkdir(parents=True)
    (tmp_path / "inventory/hosts.yml").write_text("all: {hosts: {a: {}}}\n", encoding="utf-8")
    (tmp_path / "inventory/group_vars/all.yml").write_text("x: 1\n", encoding="utf-8")
    return tmp_path


def test_plain_files_run_nothing(folder: Path) -> None:
    """Nor does a list of hosts, nor settings that name no code."""
    (folder / "ansible.cfg").write_text(DATA, encoding="utf-8")

    assert programs("inventory") == []
    assert programs("a,b,") == []


def test_what_can_be_executed_is_run(folder: Path) -> None:
    """Whatever its first bytes are, and through links too; not among the variables of hosts and
    groups.
    """
    for name in ("inventory/dynamic", "inventory/group_vars/script", "elsewhere/tool"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x7fELF")
        (folder / name).chmod(0o755)
    (folder / "inventory/linked").symlink_to(folder / "elsewhere")

    found = {program.path: program.what for program in programs("inventory")}

    assert found == dict.fromkeys(
        (folder / "inventory/dynamic", folder / "inventory/linked/tool"), "is executable"
    )


def test_a_folder_called_like_one_of_variables_hides_nothing(folder: Path) -> None:
    """Only folders below the inventory hold variables."""
    (folder / "group_vars").mkdir()
    (folder / "inventory/dynamic").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "inventory/dynamic").chmod(0o755)
    (folder / "inventory").rename(folder / "group_vars/inventory")

    assert [program.path.name for program in programs("group_vars/inventory")] == ["dynamic"]


@pytest.mark.parametrize(
    "head", ["plugin: ansible.builtin.constructed", "---\n'plugin': x", "{plugin: x}"]
)
def test_a_plugin_is_run(folder: Path, head: str) -> None:
    """Its configuration may hold templates, and these lookups."""
    (folder / "inventory/z.yml").write_text(f"{head}\n", encoding="utf-8")

    assert [str(program) for program in programs("inventory")] == [
        f"{folder}/inventory/z.yml: configures a plugin of Ansible"
    ]


@pytest.mark.parametrize(
    "setting", ["inventory_plugins = ./plugins", "home = ./h", "remote_tmp = ./x", "anything = 1"]
)
def test_settings_may_name_code(folder: Path, setting: str) -> None:
    """All that are not known to be harmless count."""
    (folder / "ansible.cfg").write_text(f"[defaults]\n{setting}\n", encoding="utf-8")

    assert [program.path for program in programs("inventory/hosts.yml")] == [folder / "ansible.cfg"]
