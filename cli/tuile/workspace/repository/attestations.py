"""From the entries of attestations.yaml to what people answered."""

from __future__ import annotations

from datetime import date

from tuile.policy.attestation import Attestation
from tuile.workspace.repository.yaml_file import YamlFile


def read_attestations(found: YamlFile) -> tuple[Attestation, ...]:
    """Return the answers of a file that fits its schema; one that ends before it starts is added to
    its mistakes.
    """
    made = tuple(
        Attestation(
            to=item["to"],
            rule=item["rule"],
            answer=item["answer"],
            by=item["by"],
            on=date.fromisoformat(item["on"]),
            evidence=item["evidence"],
            until=date.fromisoformat(item["until"]),
            place=found.place(n),
        )
        for n, item in enumerate(found.data or ())
    )
    for n, one in enumerate(made):
        if one.until < one.on:
            what = f"it counts until {one.until}, and was given on {one.on}"
            found.wrong((n, "until"), what, "Give a day after that.", one.rule)
    return made
