"""What a result is made of, by digest: serialised only where no host had it before."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from tuile.policy.model import Facts, HostResult, Outcome, Verdict
from tuile.store import record

MOST = 60_000
"""How many verdicts are remembered: some 30 MB."""
MOST_PACKAGES = 250
"""How many sets of packages are remembered: some 10 MB."""
_LONG = 512
"""Bytes of a key from which on its digest is kept in its place."""
_NO_REFERENCES = 2
"""The last version of marshal that writes out what stands twice: equal values have equal bytes."""


@dataclass(frozen=True)
class Contents:
    """The contents of one result, by digest."""

    found: Mapping[bytes, Verdict]
    """What was not a pass."""
    seen: Mapping[bytes, Verdict | Facts]
    """What was seen for each rule, and the facts for their packages."""
    facts: tuple[bytes, bytes]
    """The digest of the facts, and the facts, as JSON."""

    @cached_property
    def found_digest(self) -> bytes:
        """Return the digest of all that was not a pass."""
        return record.digest_of(self.found)

    @cached_property
    def evidence_digest(self) -> bytes:
        """Return the digest of all that was seen, the facts among it."""
        return record.digest_of([*self.seen, self.facts[0]])


class Digests:
    """Takes results apart, and remembers the digests of verdicts that it met, on whichever host."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[bytes, bytes]] = {}
        self._packages: dict[frozenset[str], bytes] = {}

    def contents(self, result: HostResult) -> Contents:
        """Return the contents of the result of a host that was reached."""
        digests = self._of_all(result.verdicts)
        seen: dict[bytes, Verdict | Facts] = {
            of_seen: verdict for (of_seen, _), verdict in zip(digests, result.verdicts, strict=True)
        }
        found = {
            of_statement: verdict
            for (_, of_statement), verdict in zip(digests, result.verdicts, strict=True)
            if of_statement
        }
        for verdict in record.without_verdict(result):
            found[_digests(verdict)[1]] = verdict
        if result.facts is not None:
            seen[self._of_packages(result.facts)] = result.facts
        facts = record.facts_json(result.facts)
        return Contents(found, seen, (record.digest(facts), facts))

    def _of_all(self, verdicts: Sequence[Verdict]) -> list[tuple[bytes, bytes]]:
        """Return the digests of what was seen and of the statement; b"" in its place on a pass."""
        try:
            keys = [
                (
                    key
                    if len(key := marshal.dumps(_plain(verdict), _NO_REFERENCES)) < _LONG
                    else sha256(key).digest()
                )
                for verdict in verdicts
            ]
        except ValueError:  # there is more than plain data in one of them
            return [_digests(verdict) for verdict in verdicts]
        known = self._known
        return [
            known.get(key) or self._meet(key, verdict)
            for key, verdict in zip(keys, verdicts, strict=True)
        ]

    def _meet(self, key: bytes, verdict: Verdict) -> tuple[bytes, bytes]:
        """Return the digests of a verdict that was not met before."""
        if len(self._known) >= MOST:
            self._known.clear()
        digests = self._known[key] = _digests(verdict)
        return digests

    def _of_packages(self, facts: Facts) -> bytes:
        """Return the digest of the packages: hosts have hundreds, and alike hosts the same."""
        known = self._packages.get(facts.packages)
        if known is None:
            if len(self._packages) >= MOST_PACKAGES:
                self._packages.clear()
            known = self._packages[facts.packages] = record.digest(record.packages_json(facts))
        return known


def _plain(verdict: Verdict) -> tuple[Any, ...]:
    """Return all of a verdict that is kept, in data that costs little to make.

    Only equal verdicts have equal bytes of it. Hashing the verdict will not do: 1, True and 1.0
    would be one key, and lists none.
    """
    if verdict.outcome is Outcome.passed and verdict.observed is not None:
        return verdict.rule, verdict.observed
    differences = [
        (item.label.en, item.label.fr, item.observed, item.wanted.op, vars(item.wanted))
        for item in verdict.differences
    ]
    reason = verdict.reason and (verdict.reason.en, verdict.reason.fr)
    outcome = verdict.outcome._value_  # `value` is a descriptor, dearer than all the rest here
    return verdict.rule, verdict.observed, outcome, verdict.subject, differences, reason


def _digests(verdict: Verdict) -> tuple[bytes, bytes]:
    passed = verdict.outcome is Outcome.passed
    statement = b"" if passed else record.digest(record.statement(verdict).json)
    return record.digest(record.seen_json(verdict)), statement
