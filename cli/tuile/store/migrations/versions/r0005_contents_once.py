"""Each content once: what alike hosts share is no longer kept again for each, and visits are small."""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DIGEST = sa.LargeBinary(32)
_OLD = ("visit", "finding", "evidence")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MANY = 1000
_SHORT = 64
_SEVEN_BITS, _MORE = 0x7F, 0x80


def upgrade() -> None:
    """Set the former tables aside, make the new ones, copy, and drop what was set aside."""
    op.drop_index("ix_visit_run_id", "visit")
    op.drop_index("ix_visit_host_id_id", "visit")
    op.drop_index("ix_finding_host_id_until_visit", "finding")
    for name in _OLD:
        op.rename_table(name, f"{name}_0004")
    op.add_column("run", sa.Column("last_visit", _ID))
    new, connection = _New(), op.get_bind()
    statements = _copy_findings(connection, new)
    contents = _Once(connection, new.content)
    evidence = _copy_evidence(connection, new, contents)
    _copy_visits(connection, new, contents, evidence, statements)
    contents.write()
    for name in ("finding", "visit", "evidence"):
        op.drop_table(f"{name}_0004")
    op.create_index("ix_visit_host_id_id", "visit", ["host_id", "id"])


class _New:
    """The new tables, made when this is."""

    def __init__(self) -> None:
        self.content = _by_digest("content", sa.Column("body", sa.LargeBinary, nullable=False))
        self.evidence = _by_digest(
            "evidence",
            sa.Column("facts_id", _ID, nullable=False),
            sa.Column("contents", sa.LargeBinary, nullable=False),
            _points("evidence", "facts_id", "content.id"),
        )
        self.statement = _by_digest(
            "statement",
            sa.Column("rule", sa.String(255), nullable=False),
            sa.Column("outcome", sa.String(32), nullable=False),
            sa.Column("subject", sa.Text, nullable=False),
            sa.Column("detail", sa.Text, nullable=False),
        )
        self.state = op.create_table(
            "state",
            sa.Column("id", _ID, nullable=False),
            sa.Column("plan_digest", sa.String(64), nullable=False),
            sa.Column("found_digest", _DIGEST, nullable=False),
            sa.Column("statements", sa.LargeBinary, nullable=False),
            sa.Column("evidence_id", _ID),
            sa.Column("basis", sa.String(64), nullable=False),
            sa.Column("counts", sa.Text, nullable=False),
            sa.Column("never_passed", sa.Integer, nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_state"),
            _points("state", "plan_digest", "plan.digest"),
            _points("state", "evidence_id", "evidence.id"),
        )
        self.visit = op.create_table(
            "visit",
            sa.Column("id", _ID, nullable=False),
            sa.Column("run_id", _ID, nullable=False),
            sa.Column("host_id", _ID, nullable=False),
            sa.Column("at", sa.BigInteger, nullable=False),
            sa.Column("state_id", _ID),
            sa.Column("missed_id", _ID),
            sa.PrimaryKeyConstraint("id", name="pk_visit"),
            _points("visit", "run_id", "run.id"),
            _points("visit", "host_id", "host.id"),
            _points("visit", "state_id", "state.id"),
            _points("visit", "missed_id", "content.id"),
        )
        visits = ("from_visit", "until_visit", "since_visit", "passed_visit")
        nullable = {"until_visit", "passed_visit"}
        self.finding = op.create_table(
            "finding",
            sa.Column("host_id", _ID, nullable=False),
            sa.Column("statement_id", _ID, nullable=False),
            *(sa.Column(name, _ID, nullable=name in nullable) for name in visits),
            sa.PrimaryKeyConstraint("host_id", "statement_id", "from_visit", name="pk_finding"),
            _points("finding", "host_id", "host.id"),
            _points("finding", "statement_id", "statement.id"),
            *(_points("finding", name, "visit.id") for name in visits),
            sqlite_with_rowid=False,
        )


def _by_digest(name: str, *more: sa.Column[Any] | sa.ForeignKeyConstraint) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("digest", _DIGEST, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("digest", name=f"uq_{name}_digest"),
    )


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


class _Once:
    """Rows of a table, each written once by its digest; numbered here, as nobody else writes."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection, self._table = connection, table
        self._ids: dict[bytes, int] = {}
        self._rows: list[dict[str, Any]] = []

    def id(self, text: bytes, **columns: object) -> int:
        """Return the id of the row with the digest of `text`."""
        digest = hashlib.sha256(text).digest()
        known = self._ids.get(digest)
        if known is None:
            known = self._ids[digest] = len(self._ids) + 1
            self._rows.append({"id": known, "digest": digest, **columns})
            if len(self._rows) == _MANY:
                self.write()
        return known

    def content(self, data: object) -> int:
        """Return the id of plain data among contents."""
        text = _canonical(data)
        short = text if len(text) <= _SHORT else min(zlib.compress(text), text, key=len)
        return self.id(text, body=short)

    def write(self) -> None:
        """Write the rows that wait."""
        _insert(self._connection, self._table, self._rows)
        self._rows = []


def _copy_findings(connection: sa.Connection, new: _New) -> dict[int, tuple[bytes, str]]:
    """Copy the findings; return digest and outcome of each statement by id."""
    once = _Once(connection, new.statement)
    statements: dict[int, tuple[bytes, str]] = {}
    for rows in _all(connection, "finding", "host_id", "id"):
        copied = []
        for row in rows:
            text = _canonical((row.rule, row.outcome, row.subject, row.detail))
            columns = {
                name: getattr(row, name) for name in ("rule", "outcome", "subject", "detail")
            }
            number = once.id(text, **columns)
            statements[number] = hashlib.sha256(text).digest(), row.outcome
            kept = {column.name: getattr(row, column.name, None) for column in new.finding.c}
            copied.append({**kept, "statement_id": number})
        _insert(connection, new.finding, copied)
    once.write()
    return statements


def _copy_evidence(connection: sa.Connection, new: _New, contents: _Once) -> dict[str, int]:
    """Take the evidence apart; return the new ids by the former digests."""
    once, ids = _Once(connection, new.evidence), {}
    for rows in _all(connection, "evidence", "digest"):
        for row in rows:
            texts = _taken_apart(json.loads(zlib.decompress(row.body)))
            facts, *others = [contents.content(data) for data in texts]
            digests = sorted(hashlib.sha256(_canonical(data)).digest() for data in texts)
            ids[row.digest] = once.id(b"".join(digests), facts_id=facts, contents=_packed(others))
    once.write()
    return ids


def _taken_apart(data: dict[str, Any]) -> list[Any]:
    """Return the facts, then what was seen for each rule, and the packages if there are facts."""
    facts = data["facts"]
    seen = [{"rule": rule, **each} for rule, each in data["observations"].items()]
    if facts is None:
        return [{"facts": None}, *seen]
    packages = {"packages": facts["packages"]}
    return [{"facts": {**facts, "packages": []}}, *seen, packages]


def _copy_visits(
    connection: sa.Connection,
    new: _New,
    contents: _Once,
    evidence: dict[str, int],
    statements: dict[int, tuple[bytes, str]],
) -> None:
    """Copy the visits host by host, and give each row of visits that found the same a state."""
    states = 0
    waiting: list[dict[str, Any]] = []
    last: dict[int, int] = {}
    visits = (row for rows in _all(connection, "visit", "host_id", "id") for row in rows)
    for host_id, of_host in groupby(visits, key=attrgetter("host_id")):
        findings, before, state_rows = _Findings(connection, new, host_id, statements), None, []
        for row in of_host:
            now = (row.plan_digest, row.result_digest, row.evidence_digest)
            missed = row.not_reached and contents.content(json.loads(row.not_reached))
            if not missed and now != before:
                before, states = now, states + 1
                kept = {"plan_digest": row.plan_digest, "basis": "", "id": states}
                kept["evidence_id"] = evidence.get(row.evidence_digest or "")
                state_rows.append({**kept, **findings.at(row.id)})
            waiting.append(
                {
                    "id": row.id,
                    "run_id": row.run_id,
                    "host_id": host_id,
                    "at": (row.at.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1),
                    "state_id": None if missed else states,
                    "missed_id": missed,
                }
            )
            last[row.run_id] = max(row.id, last.get(row.run_id, 0))
        _insert(connection, new.state, state_rows)
        _insert(connection, new.visit, waiting)
        waiting = []
    runs = sa.table("run", sa.column("id"), sa.column("last_visit"))
    for run_id, newest in last.items():
        connection.execute(sa.update(runs).where(runs.c.id == run_id).values(last_visit=newest))


class _Findings:
    """The findings of a host, asked for visit after visit."""

    def __init__(
        self,
        connection: sa.Connection,
        new: _New,
        host_id: int,
        statements: dict[int, tuple[bytes, str]],
    ) -> None:
        columns = new.finding.c
        chosen = sa.select(new.finding).where(columns.host_id == host_id)
        self._later = list(connection.execute(chosen.order_by(columns.from_visit.desc())))
        self._open: list[Any] = []
        self._statements = statements

    def at(self, visit: int) -> dict[str, Any]:
        """Return what the state says of the findings that were open at a visit."""
        while self._later and self._later[-1].from_visit <= visit:
            self._open.append(self._later.pop())
        self._open = [
            row for row in self._open if row.until_visit is None or row.until_visit > visit
        ]
        told = [(*self._statements[row.statement_id], row.passed_visit) for row in self._open]
        counts = Counter(outcome for _, outcome, _ in told)
        return {
            "found_digest": (
                hashlib.sha256(b"".join(sorted(digest for digest, *_ in told))).digest()
            ),
            "statements": _packed([row.statement_id for row in self._open]),
            "counts": json.dumps(counts, sort_keys=True),
            "never_passed": sum(
                outcome == "fail" and passed is None for _, outcome, passed in told
            ),
        }


def _all(connection: sa.Connection, name: str, *order: str) -> Iterator[Any]:
    """Yield the rows of a table that was set aside, many at a time."""
    table = sa.Table(
        f"{name}_0004",
        sa.MetaData(),
        autoload_with=connection,
        resolve_fks=False,
    )
    chosen = sa.select(table).order_by(*(table.c[column] for column in order))
    yield from connection.execute(chosen).partitions(_MANY)


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _canonical(data: object) -> bytes:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def _packed(ids: list[int]) -> bytes:
    """Return ids as the differences of the sorted ids, seven bits to a byte (LEB128)."""
    packed, before = bytearray(), 0
    for number in sorted(ids):
        rest, before = number - before, number
        while rest > _SEVEN_BITS:
            packed.append(rest & _SEVEN_BITS | _MORE)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)
