"""A repository is read once, and what was read is what is written for execution."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.unit.signing.made import repository
from tuile.policy.errors import Refused
from tuile.signing.snapshot import KEPT, code_of, digest, read_files, read_rest, write


def test_all_files_that_decide_are_read(tmp_path: Path) -> None:
    """Baselines, mappings, checks and roles are covered; inventories are not."""
    files = read_files(repository(tmp_path))

    assert list(files) == [
        "baselines/mappings/own.yaml",
        "baselines/small.yaml",
        "checks/word.py",
        "roles/word/deploy.py",
    ]
    assert list(code_of(files)) == ["checks/word.py", "roles/word/deploy.py"]


def test_compiled_python_is_never_part_of_it(tmp_path: Path) -> None:
    """A .pyc that somebody planted beside a module is neither read nor copied, so it is not
    executed either.
    """
    home = repository(tmp_path / "home")
    before = digest(read_files(home))
    (home / "checks/__pycache__").mkdir()
    (home / "checks/__pycache__/word.cpython-311.pyc").write_bytes(b"code")
    (home / "checks/word.pyc").write_bytes(b"code")

    assert digest(read_files(home)) == before
    assert not list(write(read_files(home), tmp_path / "copies").rglob("*.pyc"))


@pytest.mark.parametrize("place", ["checks/more.py", "roles/more"])
def test_links_are_refused(tmp_path: Path, place: str) -> None:
    """What a link leads to is outside of the repository and may change by itself."""
    home = repository(tmp_path / "home")
    (home / place).symlink_to(tmp_path)

    with pytest.raises(Refused, match="neither a plain file nor a folder"):
        read_files(home)


def test_every_change_changes_the_digest(tmp_path: Path) -> None:
    """Another byte, another name, another file: none goes unseen."""
    files = read_files(repository(tmp_path))
    altered = {**files, "checks/word.py": b"x"}
    renamed = {name.replace("word", "mot"): body for name, body in files.items()}

    assert (
        len({digest(some) for some in (files, altered, renamed, {**files, "checks/new.py": b""})})
        == 4
    )


def test_the_copy_holds_the_bytes_that_were_read(tmp_path: Path) -> None:
    """A file that changes after it was read is not what is executed; a copy that was altered is
    made anew.
    """
    home = repository(tmp_path / "home")
    files = read_files(home)
    (home / "checks/word.py").write_text("evil = True\n")
    copy = write(files, tmp_path / "copies")
    (copy / "checks/word.py").write_text("evil = True\n")
    (copy / "checks/extra.py").write_text("evil = True\n")

    assert write(files, tmp_path / "copies") == copy
    assert read_files(copy) == files
    assert (tmp_path / "copies").stat().st_mode & 0o777 == 0o700


def test_copies_that_nobody_uses_go(tmp_path: Path) -> None:
    """After a week without use a copy is removed; others stay."""
    old = write({"checks/a.py": b"a"}, tmp_path)
    os.utime(old, (time.time() - KEPT - 60,) * 2)
    new = write({"checks/a.py": b"b"}, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [new.name]


def test_what_says_how_hosts_are_reached_is_found(tmp_path: Path) -> None:
    """All that Ansible may read, through links too; not what Tuile reads as data, or what git
    keeps.
    """
    home = repository(tmp_path / "home")
    names = (
        "inventories/group/dynamic",
        "inventories/group/waivers.yaml",
        ".git/hooks/post-checkout",
        "ansible.cfg",
    )
    for name in (*names, "README.md"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("#!/bin/sh\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/hosts").write_text("a\n")
    (home / "inventories/linked").symlink_to(tmp_path / "elsewhere")
    (home / "inventories/loop").symlink_to(home / "inventories")

    found = [name for name in sorted(read_rest(home)) if "loop" not in name]

    assert found == [
        "ansible.cfg",
        *[f"inventories/{name}" for name in ("group/dynamic", "group/hosts.yml", "linked/hosts")],
    ]
