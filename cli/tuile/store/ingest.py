"""Results into rows, many hosts at a time: only what changed is serialised and written."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from tuile import __version__
from tuile.policy.digest import canonical
from tuile.policy.model import Facts, HostResult, Verdict
from tuile.store import findings, record, schema
from tuile.store.content_addressed import AT_ONCE, ContentAddressed, inserted
from tuile.store.contents import Contents, Digests
from tuile.store.findings import Changed, Delta
from tuile.store.schema import host, run, visit
from tuile.store.states import Comparison, judged_from_the_same, last_states, settle
from tuile.store.varint import pack

Visited = tuple[HostResult, datetime]
"""What a run found on a host, and when."""


def begin(connection: Connection, started: datetime, baselines: Sequence[str]) -> int:
    """Write the row of a run and return its id."""
    labels = json.dumps(list(baselines))
    row = {"started": started, "baselines": labels, "version": __version__}
    return inserted(connection, run, [row])[0]


def finish(connection: Connection, run_id: int, at: datetime) -> None:
    """Write that a run came to its end."""
    connection.execute(update(run).where(run.c.id == run_id).values(finished=at))


def host_ids(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the ids of hosts; new ones are written.

    Their rows are locked where the database locks rows, so that the visits of a host follow one
    another.
    """
    there = select(host.c.name, host.c.id).where(host.c.name.in_(names)).order_by(host.c.id)
    found = {row.name: row.id for row in connection.execute(there.with_for_update())}
    new = [name for name in names if name not in found]
    ids = inserted(connection, host, [{"name": name} for name in new])
    return found | dict(zip(new, ids, strict=True))


class Ingest:
    """Writes visits within transactions of its caller, who says how each of them ended.

    What was met before, on whichever host, is neither serialised nor sought in the tables again.
    """

    def __init__(self) -> None:
        self._digests = Digests()
        self._statements: ContentAddressed[Verdict] = ContentAddressed(
            schema.statement, _statement_row
        )
        self._contents: ContentAddressed[Verdict | Facts | bytes] = ContentAddressed(
            schema.content, _content_row
        )
        self._evidence: ContentAddressed[Mapping[str, Any]] = ContentAddressed(
            schema.evidence, dict
        )

    def save(self, connection: Connection, run_id: int, visited: Sequence[Visited]) -> None:
        """Write visits, and close and open findings where they differ from those of the visit
        before.
        """
        for some in _one_of_each_host(visited):
            last_visit = self._save(connection, run_id, some)
            this_run = update(run).where(run.c.id == run_id)
            connection.execute(this_run.values(last_visit=last_visit))

    def committed(self) -> None:
        """Remember what was met in the transaction."""
        for table in (self._statements, self._contents, self._evidence):
            table.committed()

    def rolled_back(self) -> None:
        """Forget what was met in the transaction: it may not be there."""
        for table in (self._statements, self._contents, self._evidence):
            table.rolled_back()

    def _save(self, connection: Connection, run_id: int, visited: Sequence[Visited]) -> int:
        """Write one visit of each of some hosts and return the id of the newest."""
        ids = host_ids(connection, [result.host for result, _ in visited])
        reached = {ids[result.host]: result for result, _ in visited if result.reached}
        last = last_states(connection, reached)
        states = {host_id: known.state_id for host_id, known in last.items()}
        compared = self._compare(
            connection,
            {
                host_id: result
                for host_id, result in reached.items()
                if not judged_from_the_same(result, last.get(host_id))
            },
            last,
        )
        deltas = self._deltas(connection, compared)
        states |= settle(connection, compared)
        missed = self._missed(connection, visited)
        rows = [
            {
                "run_id": run_id,
                "host_id": ids[result.host],
                "at": at,
                "state_id": states[ids[result.host]] if result.reached else None,
                "missed_id": missed.get(result.host),
            }
            for result, at in visited
        ]
        visits = inserted(connection, visit, rows)
        now = {
            ids[result.host]: number for (result, _), number in zip(visited, visits, strict=True)
        }
        findings.write(connection, deltas, now)
        return max(visits)

    def _compare(
        self,
        connection: Connection,
        results: Mapping[int, HostResult],
        last: Mapping[int, Row[Any]],
    ) -> dict[int, Comparison]:
        """Take apart the results of which it is not known that they are as before."""
        taken = {host_id: self._digests.contents(result) for host_id, result in results.items()}
        evidence = self._evidence_ids(connection, taken.values())
        return {
            host_id: Comparison(
                results[host_id], contents, evidence[contents.evidence_digest], last.get(host_id)
            )
            for host_id, contents in taken.items()
        }

    def _deltas(
        self, connection: Connection, compared: Mapping[int, Comparison]
    ) -> dict[int, Delta]:
        """Return what changes of the findings of hosts, and note in each comparison what they are
        then.
        """
        differ = {
            host_id: comparison
            for host_id, comparison in compared.items()
            if not comparison.same_findings
        }
        verdicts = {
            digest: verdict
            for comparison in differ.values()
            for digest, verdict in comparison.contents.found.items()
        }
        ids = self._statements.ids(connection, verdicts)
        changed = {
            host_id: Changed(
                comparison.former,
                comparison.result.plan,
                {ids[digest]: verdict for digest, verdict in comparison.contents.found.items()},
            )
            for host_id, comparison in differ.items()
        }
        deltas = findings.deltas(connection, changed)
        for host_id, comparison in compared.items():
            if host_id in deltas:
                comparison.statements = pack(changed[host_id].found)
                comparison.never_passed = deltas[host_id].never_passed
            elif comparison.last is not None:
                comparison.statements, comparison.never_passed = (
                    comparison.last.statements,
                    comparison.last.never_passed,
                )
        return deltas

    def _evidence_ids(self, connection: Connection, taken: Iterable[Contents]) -> dict[bytes, int]:
        """Return the ids of all that was seen on each host, by its digest."""
        by_digest = {contents.evidence_digest: contents for contents in taken}
        known = self._evidence.known(connection, by_digest)
        new = {digest: one for digest, one in by_digest.items() if digest not in known}
        items: dict[bytes, Verdict | Facts | bytes] = dict(one.facts for one in new.values())
        for one in new.values():
            items.update(one.seen)
        ids = self._contents.ids(connection, items)
        rows = {
            digest: {
                "facts_id": ids[one.facts[0]],
                "contents": pack([ids[each] for each in one.seen]),
            }
            for digest, one in new.items()
        }
        return known | self._evidence.add(connection, rows)

    def _missed(self, connection: Connection, visited: Sequence[Visited]) -> dict[str, int]:
        """Return the ids of the words why hosts were not reached, by host."""
        said = {
            result.host: canonical(result.not_reached)
            for result, _ in visited
            if not result.reached
        }
        items = {record.digest(text): text for text in said.values()}
        ids = self._contents.ids(connection, items)
        return {name: ids[record.digest(text)] for name, text in said.items()}


def _one_of_each_host(visited: Iterable[Visited]) -> Iterator[list[Visited]]:
    """Yield the visits in their order, in lists that hold no host twice and fit a statement."""
    some: dict[str, Visited] = {}
    for one in visited:
        if one[0].host in some or len(some) == AT_ONCE:
            yield list(some.values())
            some = {}
        some[one[0].host] = one
    if some:
        yield list(some.values())


def _statement_row(verdict: Verdict) -> Mapping[str, Any]:
    return asdict(record.statement(verdict))


def _content_row(content: Verdict | Facts | bytes) -> Mapping[str, Any]:
    match content:
        case Verdict():
            text = record.seen_json(content)
        case Facts():
            text = record.packages_json(content)
        case bytes():
            text = content
    return {"body": record.body(text)}
