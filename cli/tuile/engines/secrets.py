"""Keeps the passwords of the hosts out of all that an engine prints."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from tuile.engines.interface import HostWork

STARS = "********"


def secrets_of(work: Iterable[HostWork]) -> tuple[str, ...]:
    """Return the passwords in the work, in every form in which a program may print them, the
    longest first.
    """
    targets = [host.target for host in work]
    found = [
        secret
        for target in targets
        for secret in (target.password, target.become_password)
        if secret
    ]
    forms = {form for secret in found for form in _forms(secret.reveal())}
    return tuple(sorted(forms - {""}, key=len, reverse=True))


def without(text: str, secrets: Sequence[str]) -> str:
    """Return the text with stars in the place of each secret."""
    for secret in secrets:
        text = text.replace(secret, STARS)
    return text


def _forms(secret: str) -> tuple[str, ...]:
    return (
        secret,
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        shlex.quote(secret),
        quote(secret, safe=""),
    )
