"""What is put right on one host: rule by rule, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuile.policy.change.preview import Blocked, FilePreview
from tuile.policy.errors import Impossible, Unseen
from tuile.policy.kind import Kind, Login, Resources
from tuile.policy.model import PlannedRule, Verdict
from tuile.policy.text import Text


@dataclass(frozen=True)
class Fix:
    """One failing rule that can be put right."""

    planned: PlannedRule
    kind: Kind
    params: Any
    verdict: Verdict
    along: Resources | Unseen = ()
    """What comes along with it, as the host foresaw; Unseen: why nobody can say before."""

    login: Login | None = None
    """Who logs in to put it right, where that is known."""

    @property
    def shuts_out(self) -> Text | None:
        """Return why putting it right would shut out who logs in, None where it would not."""
        asked = self.kind.shuts_out
        return (
            asked(self.params, self.login, self.verdict.observed or {})
            if asked and self.login
            else None
        )

    @property
    def touches(self) -> Resources:
        """Return what putting it right may change.

        Raises:
            Unseen: no program can put it right, as was observed or as the host foresaw.

        """
        if isinstance(self.along, Impossible):
            raise self.along
        along = () if isinstance(self.along, Unseen) else self.along
        asked, seen = self.kind.also_touches, self.verdict.observed or {}
        also = asked(self.params, seen) if asked else ()
        return tuple(dict.fromkeys((*self.kind.touches(self.params), *along, *also)))

    @property
    def final(self) -> Text | None:
        """Return why no undo can take back what putting it right does, None where one can."""
        return self.kind.final(self.params) if self.kind.final else None

    @property
    def leaves(self) -> Text | None:
        """Return which part of what is wrong stays for a person, None where all of it is put right."""
        return (
            self.kind.leaves(self.params, self.verdict.observed or {}) if self.kind.leaves else None
        )


@dataclass(frozen=True)
class KindFix:
    """The fixes of one kind on one host, with the files as they must be afterwards."""

    kind: Kind
    fixes: tuple[Fix, ...]
    files: tuple[FilePreview, ...]


@dataclass(frozen=True)
class Remediation:
    """What putting one host right comes to, kind by kind in the order of work."""

    host: str
    kinds: tuple[KindFix, ...] = ()
    blocked: tuple[Blocked, ...] = ()
