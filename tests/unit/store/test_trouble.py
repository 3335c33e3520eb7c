"""Runs in parallel, crashes, full disks and damaged files: nothing complete is lost, and the words
are clear.
"""

# ruff: noqa: S603 -- runs this Python on this repository

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.unit.store import writer
from tests.unit.store.made import at, result
from tuile.policy.errors import StoreError
from tuile.policy.model import Outcome
from tuile.store import Store
from tuile.store.contents import Digests

ROOT = Path(writer.__file__).parents[3]
WRITER = [sys.executable, str(Path(writer.__file__))]
LABELS = ["linux-server 1.0.0"]
FULL_DISK = """
import sys
from tests.unit.store.made import at, result
from tuile.policy.errors import StoreError
from tuile.policy.model import Outcome
from tuile.store import Store
store = Store(sys.argv[1])
run = store.begin(at(0), [])
saved = 0
try:
    for number in range(10000):
        store.save(run, result(f"host-{number}", {f"r{rule}": Outcome.failed for rule in range(50)}), at(0))
        saved += 1
except StoreError as error:
    print(error)
states = Store(sys.argv[1]).states()
assert len(states) == saved > 0, (len(states), saved)
assert all(len(state.findings) == 50 for state in states.values())
"""


def visits(store: Store) -> list[str]:
    """Return the host of every visit, after making sure that each visit was stored whole."""
    hosts = []
    with closing(sqlite3.connect(store.path)) as raw:
        stored = raw.execute(
            "SELECT visit.id, name, found_digest FROM visit "
            "JOIN host ON host.id = host_id JOIN state ON state.id = state_id"
        ).fetchall()
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    for visit, host, digest in stored:
        hosts.append(host)
        state = store.states_at([visit])[visit]
        number = next(iter(state.findings.values())).differences[0].observed
        again = result(host, writer.outcomes(int(str(number))), observed=str(number))
        assert Digests().contents(again).found_digest == digest
        assert {rule: found.outcome for rule, found in state.findings.items()} == {
            rule: outcome
            for rule, outcome in writer.outcomes(int(str(number))).items()
            if outcome is not Outcome.passed
        }
    return hosts


def test_two_runs_in_parallel_both_complete(tmp_path: Path) -> None:
    """Two programs that make and fill one store at the same time, some hosts the same, lose
    nothing.
    """
    path = tmp_path / "tuile.db"
    both = [
        subprocess.Popen([*WRITER, str(path), "host", "12"], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [line for program in both for line in program.communicate()[0].decode().split()]
    assert [program.returncode for program in both] == [0, 0]
    store = Store(path)
    assert sorted(visits(store)) == sorted(said)
    assert len(store.runs()) == 24
    store.close()


def test_a_kill_in_the_middle_loses_nothing_complete(tmp_path: Path) -> None:
    """Programs killed at any moment leave every visit that they had said to be stored, and no half
    one.
    """
    path, said = tmp_path / "tuile.db", 0
    for lines in (1, 2, 3, 5, 8, 13):
        with subprocess.Popen(
            [*WRITER, str(path), "host", "1000"], stdout=subprocess.PIPE
        ) as program:
            assert program.stdout is not None
            for _ in range(lines):
                program.stdout.readline()
            program.send_signal(signal.SIGKILL)
            said += lines + len(program.stdout.read().split())
    store = Store(path)
    assert said <= len(visits(store)) <= said + 6
    assert all(run.finished is None for run in store.runs()[-1:])
    store.close()


def limited_files() -> None:
    """Let no file grow beyond 600 kB, and writes beyond fail as on a full disk instead of killing
    the program.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))


def test_a_quota_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    """Where the file may grow no more, the words say so, and all that was saved before is there."""
    program = [sys.executable, "-c", FULL_DISK, str(tmp_path / "tuile.db")]
    ended = subprocess.run(
        program, preexec_fn=limited_files, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "tuile.db: the disk refuses" in ended.stdout


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"),
    reason="needs root and unshare to mount a small disk",
)
def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    """On a disk of 600 kB the words say that it is full, and all that was saved before is there."""
    script = (
        f'mount -t tmpfs -o size=600k tmpfs "$1" && exec "{sys.executable}" -c "$2" "$1/tuile.db"'
    )
    program = ["unshare", "--mount", "sh", "-c", script, "sh", str(tmp_path), FULL_DISK]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    if "permission denied" in ended.stderr or "Operation not permitted" in ended.stderr:
        pytest.skip("may not mount here")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "tuile.db: the disk is full" in ended.stdout


def test_a_lock_held_too_long_is_said(tmp_path: Path) -> None:
    """Another writer that does not end is waited for, then named; readers are not held up."""
    path = tmp_path / "tuile.db"
    store = Store(path, patience=0.2)
    run = store.begin(at(0), LABELS)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"another run has been writing for more than 0.2 s"):
            store.save(run, result("host", {"a": Outcome.failed}), at(0))
        assert len(store.runs()) == 1
    store.save(run, result("host", {"a": Outcome.failed}), at(0))
    store.close()


@pytest.mark.parametrize(
    "content",
    [
        b"not a database, but long enough to be looked at\n" * 100,
        b"SQLite format 3\0" + b"\xff" * 5000,
    ],
)
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """The words say that it is not a store; the file is not touched."""
    path = tmp_path / "tuile.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a store of Tuile, or it is damaged"):
        Store(path)
    assert path.read_bytes() == content


def test_a_damaged_store_is_said(tmp_path: Path) -> None:
    """Pages overwritten by something else are found when they are read."""
    path = tmp_path / "tuile.db"
    writer.write(str(path), "host", 3)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    with pytest.raises(StoreError, match="damaged"):
        Store(path).states()


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Another program's SQLite file is refused and keeps its tables only."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE patients (name)")
    with pytest.raises(StoreError, match="database of something else"):
        Store(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("patients",)]


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    """A path that is a folder is not opened."""
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path)


@pytest.fixture(autouse=True, scope="module")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load all libraries of the store as who we are: they may lie where nobody else can read."""
    path = tmp_path_factory.mktemp("warm") / "tuile.db"
    writer.write(str(path), "host", 1)
    with closing(Store(path)) as store:
        assert store.states()


@contextmanager
def powerless() -> Iterator[Path]:
    """Give a folder that is ours, while we are not root."""
    with TemporaryDirectory(prefix="tuile-test-") as name:
        root = os.geteuid() == 0
        if root:
            os.chown(name, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)
            Path(name).chmod(0o700)


def test_a_folder_that_may_not_be_written_is_said() -> None:
    """No store can be made where nothing may be written."""
    with powerless() as folder:
        folder.chmod(0o500)
        with pytest.raises(StoreError, match="the store cannot be opened: Permission denied"):
            Store(folder / "deep" / "tuile.db")


def test_a_store_that_may_only_be_read_is_said() -> None:
    """Writing to a file of someone else's fails in words; what it holds can be read where the
    folder is ours.
    """
    with powerless() as folder:
        path = folder / "tuile.db"
        writer.write(str(path), "host", 1)
        path.chmod(0o400)
        store = Store(path)
        assert len(store.states()) == writer.HOSTS
        with pytest.raises(StoreError, match="cannot be written"):
            store.begin(at(9), LABELS)
        store.close()
