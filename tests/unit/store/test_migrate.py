"""An older schema is migrated with a copy beside it; a newer one is refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from tests.unit.store import past
from tests.unit.store.made import at, result
from tests.unit.store.test_store import rows
from tuile.policy.errors import StoreError
from tuile.policy.model import Outcome
from tuile.store import Store, migrate, schema

ROWS = """
INSERT INTO run VALUES (1, '2026-11-16 06:00:00.000000', NULL, '["linux-server 1.0.0"]', '0.1.0');
INSERT INTO host VALUES (1, 'srv-pacs-01');
INSERT INTO plan VALUES ('p', '[{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{},"rule":"a"},'
  || '{"baseline":"linux-server 1.0.0","kind":"sysctl","params":{},"rule":"b"}]');
INSERT INTO visit VALUES (1, 1, 1, '2026-11-16 06:00:01.000000', 'p', 'r', NULL, NULL);
INSERT INTO finding VALUES (1, 1, 'a', 'fail', 'a', '{"differences":[],"reason":null}', 1, NULL, 1, NULL);
"""
"""What a store of revision 0001 holds; it stays as it is when revisions are added."""

NEXT = '''"""One more column."""
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{head}"
def upgrade():
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("seconds", sa.Float))
    {more}
'''


def store_of(revision: str, path: Path) -> Path:
    """Make a store of a revision, by its migrations, with the rows of the first."""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(ROWS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return path


def store_of_before(path: Path) -> Path:
    """Make the store that was written by the version before contents were kept once."""
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(Path(__file__).with_name("store-0004.sql").read_text(encoding="utf-8"))
    return path


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    scripts = ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def assert_readable(store: Store) -> None:
    """Make sure that the rows of the first revision are read, and that new ones can be written."""
    state = store.states()["srv-pacs-01"]
    assert {found.rule: found.outcome for found in state.all()} == {
        "a": Outcome.failed,
        "b": Outcome.passed,
    }
    store.save(store.begin(at(1), []), result("srv-pacs-01", {"a": Outcome.passed}), at(1))
    assert store.states()["srv-pacs-01"].findings == {}
    store.close()


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Add a revision after the newest; return its file."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    file = folder / "versions" / "next.py"
    file.write_text(NEXT.format(head=schema.HEAD, more="pass"))
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "HEAD", "next")
    return file


def test_the_head_is_the_newest_revision() -> None:
    """The constant that spares the import of alembic is right."""
    assert revisions()[-1] == schema.HEAD


def test_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    """A new store, made at once, has the schema that all migrations give."""
    path = store_of("head", tmp_path / "tuile.db")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_constraints_are_the_same_either_way(tmp_path: Path) -> None:
    """Indexes, keys and nullability too: the columns and foreign keys that SQLite reports are
    equal.
    """
    Store(tmp_path / "new.db").close()
    store_of("head", tmp_path / "migrated.db")
    said = []
    for name in ("new.db", "migrated.db"):
        with closing(sqlite3.connect(tmp_path / name)) as raw:
            tables = [
                row[0]
                for row in raw.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
            ]
            pragmas = ("table_info", "foreign_key_list", "index_list")
            said.append(
                {
                    (t, p): sorted(map(str, raw.execute(f"PRAGMA {p}({t})")))
                    for t in tables
                    for p in pragmas
                }
            )
    strip = {
        key: sorted(line.split(", ", 1)[1] for line in lines) for key, lines in said[0].items()
    }
    assert strip == {
        key: sorted(line.split(", ", 1)[1] for line in lines) for key, lines in said[1].items()
    }


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_any_revision_opens(tmp_path: Path, revision: str) -> None:
    """What was stored under each revision so far is read and goes on."""
    path = store_of(revision, tmp_path / "tuile.db")
    assert_readable(Store(path))
    assert Path(f"{path}.before-{revision}").exists() == (revision != schema.HEAD)


@pytest.mark.usefixtures("newer")
def test_an_older_store_is_copied_and_migrated(tmp_path: Path) -> None:
    """The copy, for its owner only, is a store as it was before; the store itself is of the new
    revision.
    """
    head = revisions()[-2]
    path = store_of(head, tmp_path / "tuile.db")
    assert_readable(Store(path))
    copy = Path(f"{path}.before-{head}")
    assert oct(copy.stat().st_mode & 0o777) == "0o600"
    with closing(sqlite3.connect(copy)) as before, closing(sqlite3.connect(path)) as after:
        assert before.execute("SELECT version_num FROM alembic_version").fetchall() == [(head,)]
        assert before.execute("SELECT rule FROM statement").fetchall() == [("a",)]
        assert after.execute("SELECT version_num FROM alembic_version").fetchall() == [("next",)]
        assert after.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure after the first statement leaves the store as it was, usable by the version before."""
    newer.write_text(
        NEXT.format(head=revisions()[-2], more='op.execute("INSERT INTO nowhere VALUES (1)")')
    )
    head = revisions()[-2]
    path = store_of(head, tmp_path / "tuile.db")
    with pytest.raises(StoreError, match="nowhere"):
        Store(path)
    monkeypatch.undo()
    assert_readable(Store(path))


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A store of a Tuile to come is not read by guess: the words name both schemas, nothing is
    written.
    """
    path = tmp_path / "tuile.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(
        StoreError,
        match=rf'newer Tuile: its schema is "9999", this one knows up to "{schema.HEAD}"',
    ):
        Store(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.glob("*.before-*")] == []


def test_what_was_stored_before_is_read_as_if_it_were_stored_now(tmp_path: Path) -> None:
    """States after every run and at every visit, histories and all that was seen are the same."""
    with Store(store_of_before(tmp_path / "before.db")) as old, Store(":memory:") as new:
        past.fill(new)
        version = old.runs()[0].version
        assert old.runs() == tuple(replace(run, version=version) for run in new.runs())
        for run in (None, *(run.id for run in new.runs())):
            assert (old.states(run), old.statuses(run)) == (new.states(run), new.statuses(run))
        assert old.statuses(back=1) == new.statuses(back=1)
        for host in (past.PACS, past.RIS, past.PC):
            timeline = old.timeline(host)
            assert timeline == new.timeline(host)
            assert old.passing_since([host]) == new.passing_since([host])
            assert timeline is not None
            for visit in timeline.visits:
                number = visit.seen.visit
                assert old.states_at([number]) == new.states_at([number])
                assert old.evidence(number) == new.evidence(number)
                assert old.facts([number]) == new.facts([number])


def test_what_was_stored_before_is_not_new_afterwards(tmp_path: Path) -> None:
    """A host that is found as it was before the migration takes a visit, and nothing else."""
    with Store(store_of_before(tmp_path / "before.db")) as store:
        before = rows(store)
        run = store.begin(at(100), [])
        for found in (past.visits()[6][0], past.visits()[5][1], past.visits()[4][2]):
            store.save(run, found, at(100))
        added = {name: count - before[name] for name, count in rows(store).items()}
        assert {name: count for name, count in added.items() if count} == {"run": 1, "visit": 3}


def test_a_migrated_store_has_no_loose_ends(tmp_path: Path) -> None:
    """Every row that names another names one that is there, and nothing of the former tables is
    left.
    """
    path = store_of_before(tmp_path / "before.db")
    Store(path).close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = {
            row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert names == {*schema.metadata.tables, schema.revision.name}
