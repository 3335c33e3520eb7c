"""Releases of a policy repository: which of them came before, so that nobody is led back to an
older one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tuile.policy.plan.extend import version_key


@dataclass(frozen=True)
class Verified:
    """A release whose signatures and files have been verified."""

    name: str
    version: str
    digest: str
    """The sha256 of the manifest."""
    signers: tuple[str, ...]
    """Who signed, as allowed_signers names them, sorted."""
    inventories: bool = field(default=False, compare=False)
    """Whether the inventories, with assignments, tailoring, seals and waivers, are signed too."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class ReleaseApplied:
    """A release that was applied from this store, and when first."""

    release: Verified
    first: datetime


def highest(applied: Iterable[ReleaseApplied]) -> ReleaseApplied | None:
    """Return the one of the highest version; None where there is none."""
    return max(applied, key=lambda item: version_key(item.release.version), default=None)


def is_older(release: Verified, applied: Iterable[ReleaseApplied]) -> ReleaseApplied | None:
    """Return the applied release of a higher version, or None: this one may follow."""
    top = highest(item for item in applied if item.release.name == release.name)
    if top is None or version_key(release.version) >= version_key(top.release.version):
        return None
    return top


def is_other(release: Verified, applied: Iterable[ReleaseApplied]) -> ReleaseApplied | None:
    """Return the applied release of the same name and version that held something else, or None."""
    same = (
        item
        for item in applied
        if (item.release.name, item.release.version) == (release.name, release.version)
    )
    return next((item for item in same if item.release.digest != release.digest), None)
