"""Host patterns as Ansible writes them: names, groups, globs, `a:b` (or), `a:&b` (and), `a:!b`
(not).

Source: Ansible documentation, "Patterns: targeting hosts and groups".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase


def select(
    pattern: str, groups: Mapping[str, Iterable[str]], hosts: Iterable[str]
) -> frozenset[str]:
    """Return the hosts that a pattern names.

    As in Ansible, terms with `&` and `!` act after all the others, whatever their order;
    a pattern of such terms only starts from all hosts.
    """
    everyone = frozenset(hosts)
    plain, both, without = _sorted_terms(pattern)
    chosen = _union(plain, groups, everyone) if plain else everyone
    for term in both:
        chosen &= _union([term], groups, everyone)
    return chosen - _union(without, groups, everyone)


def unknown_terms(
    pattern: str, groups: Mapping[str, Iterable[str]], hosts: Iterable[str]
) -> list[str]:
    """Return the terms of a pattern that name no host and no group."""
    everyone = frozenset(hosts)
    known = {*groups, "all"}
    return [
        term
        for term in (part for parts in _sorted_terms(pattern) for part in parts)
        if not _matching(term, known) and not _matching(term, everyone)
    ]


def _sorted_terms(pattern: str) -> tuple[list[str], list[str], list[str]]:
    separator = r"\s*,\s*" if "," in pattern else r"\s*:(?![^\[]*\])\s*"
    terms = [term for term in re.split(separator, pattern.strip()) if term]
    plain = [term for term in terms if term[0] not in "&!"]
    return plain, [t[1:] for t in terms if t[0] == "&"], [t[1:] for t in terms if t[0] == "!"]


def _union(
    terms: list[str], groups: Mapping[str, Iterable[str]], hosts: frozenset[str]
) -> frozenset[str]:
    found: set[str] = set()
    for term in terms:
        if term == "all":
            found |= hosts
        for group in _matching(term, groups):
            found |= set(groups[group]) & hosts
        found |= _matching(term, hosts)
    return frozenset(found)


def _matching(term: str, names: Iterable[str]) -> set[str]:
    if term.startswith("~"):
        return {name for name in names if re.match(term[1:], name)}
    return {name for name in names if fnmatchcase(name, term)}
