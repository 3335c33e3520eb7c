"""The store under strain: two runs at once, no room left, none to be had."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.policy import MARTIANS, reach, write_inventory
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab
CHECK = ("check", "-i", "inventories")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of 64 KiB: less than an empty store needs."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tuile-lab", str(folder)], check=True)  # noqa: S603, S607
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 -- the same


def test_two_runs_at_once(program: Program, lab_host: LabHost) -> None:
    """Four runs into one new store all are kept, each with a number of its own."""
    write_inventory(program.folder, {f"host-{number}": reach(lab_host) for number in range(3)})
    processes = [program.start(*CHECK, "--json") for _ in range(4)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [
        (process.returncode, err) for process, (_, err) in zip(processes, outputs, strict=True)
    ] == [(1, "")] * 4
    assert sorted(int(out.split('"run": ')[1].split(",")[0]) for out, _ in outputs) == [1, 2, 3, 4]
    assert "4 visits" in program.run("history", "host-0").out


def test_a_full_disk_loses_no_result(program: Program, lab_host: LabHost, small_disk: Path) -> None:
    """Where the store has no room the results are shown all the same, with clear words and exit
    code 3.
    """
    write_inventory(program.folder, {"one": reach(lab_host)})
    done = program.run(*CHECK, TUILE_STORE=str(small_disk / "tuile.db"))
    assert done.code == 3
    assert MARTIANS in done.out
    assert "not stored" in done.err
    assert "disk" in done.err or "full" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("obstacle", ["a folder", "no store at all"])
def test_a_store_that_cannot_be_read(
    obstacle: str, program: Program, lab_host: LabHost, tmp_path: Path
) -> None:
    """What stands where the store should be is left alone and named; the results are shown."""
    write_inventory(program.folder, {"one": reach(lab_host)})
    place = tmp_path / "place"
    if obstacle == "a folder":
        place.mkdir()
    else:
        place.write_text("This is no database, and somebody needs it.\n" * 100)
    done = program.run(*CHECK, TUILE_STORE=str(place))
    assert (done.code, MARTIANS in done.out) == (3, True)
    assert str(place) in done.err
    assert place.is_dir() or "somebody needs it" in place.read_text()
    told = program.run("drift", TUILE_STORE=str(place))
    assert (told.code, str(place) in told.err) == (3, True)
