"""The policy at hand: what ships, and the user's own repository where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tuile import catalog, paths
from tuile.catalog import Kinds
from tuile.policy.condition import Condition
from tuile.policy.errors import Mistake, Place, PolicyMistakes, Refused
from tuile.policy.model import Policy, Rule
from tuile.policy.plan.extend import Library
from tuile.policy.target import Secret
from tuile.signing.snapshot import INVENTORIES
from tuile.workspace.inventory import Vault
from tuile.workspace.release import ReleaseRequirement, VerifiedRepository, trusted
from tuile.workspace.repository import (
    NamedBaseline,
    Passed,
    Sources,
    check_params,
    read_policy,
    shown,
)


@dataclass(frozen=True)
class Request:
    """What a command was asked to look at."""

    inventory: str | None = None
    """None: this machine."""
    limit: str | None = None
    baseline: str | None = None
    level: str = "intermediary"
    rules: tuple[str, ...] = ()
    become: bool = False
    become_password: Secret | None = field(default=None, repr=False)
    home: Path | None = None
    """The policy repository; None: found from the inventory, or from the working directory."""
    demand: ReleaseRequirement | None = None
    """What an apply wants of the repository; None: it is only looked at hosts."""
    vault: Vault = field(default_factory=Vault)
    bare: bool = False
    """Whether hosts without a baseline are no mistake, but read all the same."""


class Repository:
    """The policy at hand: what ships, and the user's own repository where there is one."""

    def __init__(
        self,
        home: Path | None,
        beside: Path | None = None,
        vet: Callable[[Path], VerifiedRepository] = trusted,
    ) -> None:
        self.home = home
        self._beside = beside
        vetted = None if home is None or home == catalog.shipped() else vet(home)
        self.release = vetted.release if vetted else None
        self.content = vetted.content if vetted else ""
        self._copies = (vetted.data, vetted.code) if vetted else ()
        self.homes = (*self._copies[:1], catalog.shipped())
        self._code = (*self._copies[1:], catalog.shipped())
        self.code = self._code[0]
        self.kinds = Kinds(*self._code)

    @property
    def verified_inventories(self) -> Path | None:
        """Return the copy of the inventories that was verified; None where no signature covers
        them.
        """
        return (
            self.homes[0] / INVENTORIES
            if self.release is not None and self.release.inventories
            else None
        )

    def as_verified(self, request: Request) -> Request:
        """Return what was asked for, with the inventory in the copy that was verified where
        signatures cover it.

        Raises:
            Refused: inventories must be signed, and this one lies elsewhere.

        """
        copy, given = self.verified_inventories, request.inventory
        if copy is None or given is None or "," in given or self.home is None:
            return request
        own, path = (self.home / INVENTORIES).resolve(), Path(given).resolve()
        if not path.is_relative_to(own):
            raise Refused(
                f"{given}: {self.release} wants inventories signed, and this one lies outside of "
                f"{own}, where nobody "
                "has signed it. Name one of those, or say --unsigned.",
                f"{given} : {self.release} exige des inventaires signés, et celui-ci est hors de "
                f"{own}, où personne ne "
                "l’a signé. Nommez l’un d’eux, ou ajoutez --unsigned.",
            )
        found = copy / path.relative_to(own)
        self._beside = found if found.is_dir() else found.parent
        return replace(request, inventory=str(found))

    @cached_property
    def _sources(self) -> Sources:
        code = " ".join(catalog.code_digest(home) for home in self._code)
        return Sources(
            homes=self.homes,
            beside=self._beside,
            kinds=tuple(self.kinds),
            params_schema=lambda slug: catalog.params_schema(self.kinds[slug]),
            unfit=self._unfit,
            passed=Passed(paths.cache() / "validated", code),
        )

    def read(self, named: NamedBaseline | None = None) -> tuple[Policy, list[Mistake]]:
        """Read all policy files; return the policy and the mistakes in them."""
        try:
            policy, mistakes = read_policy(self._sources, named)
        except PolicyMistakes as error:  # a kind that cannot be loaded
            raise PolicyMistakes(self.as_known(error.mistakes)) from error
        return policy, self.as_known(mistakes)

    def as_known(self, mistakes: Iterable[Mistake]) -> list[Mistake]:
        """Return the mistakes with the files where their user has them, not in the copy that was
        read.
        """
        return [replace(mistake, place=self._as_known(mistake.place)) for mistake in mistakes]

    def _as_known(self, place: Place) -> Place:
        for copy in self._copies:
            if (
                self.home is not None
                and copy != self.home
                and Path(place.file).absolute().is_relative_to(copy)
            ):
                return replace(
                    place, file=shown(self.home / Path(place.file).absolute().relative_to(copy))
                )
        return place

    def _unfit(self, kind: str, params: Mapping[str, Any]) -> str | None:
        """Return what a kind itself has against parameters, beyond their schema."""
        try:
            catalog.read_params(self.kinds[kind], params)
        except ValueError as error:
            return str(error)
        return None

    def library(self) -> Library:
        """Return the baselines.

        Raises:
            PolicyMistakes: there are mistakes in them.

        """
        policy, mistakes = self.read()
        library = Library(policy.baselines)
        if mistakes or library.mistakes:
            raise PolicyMistakes([*mistakes, *library.mistakes])
        return library

    def wanted(self, rule: Rule) -> tuple[str, Mapping[str, Condition]]:
        """Return the subject of a rule and what it wants of it."""
        kind = self.kinds[rule.kind]
        params = catalog.read_params(kind, rule.params)
        subject = (
            rule.id if kind.human else kind.subject(params)
        )  # each question of a person is a thing of its own
        return subject, kind.wanted(params)

    def human(self, rule: Rule) -> bool:
        """Return whether a person answers for a rule."""
        return self.kinds[rule.kind].human

    def param_mistakes(self, rule: Rule, changed: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Yield what is wrong with the parameters of a rule after a change, as (what, advice)."""
        if rule.kind not in self.kinds:
            return
        kind, params = self.kinds[rule.kind], {**rule.params, **changed}
        found = list(check_params(params, catalog.params_schema(kind)))
        if not found:
            try:
                catalog.read_params(kind, params)
            except ValueError as error:
                found.append((str(error), ""))
        yield from found
