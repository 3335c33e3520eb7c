"""A small policy repository, and how it is read."""

from __future__ import annotations

from pathlib import Path

from tuile import catalog
from tuile.workspace import repository

BASELINE = """\
name: small
version: 1.0.0
title: {fr: "Petit", en: "Small"}
rules:
  - id: forwarding-off
    kind: sysctl
    params: {key: net.ipv4.ip_forward, value: "0"}
    level: minimal
    severity: high
    title: {fr: "Pas de routage", en: "No forwarding"}
    why: {fr: "Un serveur ne route pas.", en: "A server does not route."}
"""
POLICY = """\
assign:
  - {to: all, baseline: small@1.0.0, level: minimal}
"""


def read(home: Path, named: repository.NamedBaseline | None = None) -> tuple[object, list[str]]:
    """Read a repository; return the policy and the mistakes as people see them, without the folder."""
    kinds = catalog.Kinds()
    sources = repository.Sources(
        homes=(home,),
        beside=home,
        kinds=tuple(kinds),
        params_schema=lambda slug: catalog.params_schema(kinds[slug]),
    )
    policy, mistakes = repository.read_policy(sources, named)
    return policy, [str(mistake).replace(f"{home}/", "") for mistake in mistakes]
