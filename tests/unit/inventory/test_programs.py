"""What Ansible would execute to read an inventory is known beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuile.inventory import programs

CODE = "[defaults]\ninventory_plugins = ./plugins\n"
DATA = "[defaults]\ninventory = hosts.yml\nhost_key_checking = true\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an inventory of plain files, as the working directory, away from the user's own settings."""
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


def test_a_script_is_run(folder: Path) -> None:
    """A file that can be executed and says by what; not one among the variables."""
    for name in ("inventory/dynamic", "inventory/group_vars/script"):
        (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (folder / name).chmod(0o755)

    assert programs("inventory") == [(folder / "inventory/dynamic").resolve()]


def test_settings_may_name_code(folder: Path) -> None:
    """Folders of plugins, for example."""
    (folder / "ansible.cfg").write_text(CODE, encoding="utf-8")

    assert programs("inventory/hosts.yml") == [(folder / "ansible.cfg").resolve()]
