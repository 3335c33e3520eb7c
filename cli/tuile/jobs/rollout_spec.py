"""How a rollout is to be carried out, as it was said at its start: kept in the store, without
secrets.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tuile.policy.errors import Refused
from tuile.policy.target import Secret
from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import Workspace
from tuile.workspace.release import ReleaseRequirement


@dataclass(frozen=True)
class RolloutSpec:
    """What was asked for; paths are whole, so that the rollout can go on from another folder."""

    baseline: str
    """NAME@VERSION."""
    level: str
    to: str
    inventory: str
    home: str | None
    become: bool
    engine: str
    confirm_within: float
    at_once: int
    irreversible: bool
    this_machine: str | None
    probes: tuple[str, ...]
    release: str | None
    unsigned: bool
    older_release: bool
    content: str = ""
    """The digest of the policy repository at the start: the rollout goes on with that, or not at
    all.
    """

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> RolloutSpec:
        """Return what was stored."""
        return cls(**{**data, "probes": tuple(data["probes"])})

    def data(self) -> dict[str, Any]:
        """Return what is stored."""
        return asdict(self)

    def request(self, password: Secret | None) -> Request:
        """Return what the hosts and the policy are found by."""
        return Request(
            inventory=self.inventory,
            limit=self.to,
            baseline=self.baseline,
            level=self.level,
            become=self.become,
            become_password=password,
            home=None if self.home is None else Path(self.home),
            demand=ReleaseRequirement(self.release, self.unsigned, self.older_release),
        )

    def same_content(self, workspace: Workspace) -> None:
        """Make sure that the policy repository is what it was at the start.

        Raises:
            Refused: it is not.

        """
        if workspace.content != self.content:
            raise Refused(
                f"{workspace.home}: the policy repository is not what it was when this rollout "
                f"began. Get that state "
                "back, or end this rollout (tuile rollout abort) and start one of the new state.",
                f"{workspace.home} : le dépôt de politique n’est plus tel qu’au début de ce "
                f"déploiement. Revenez à cet "
                "état, ou arrêtez ce déploiement (tuile rollout abort) et lancez-en un du nouvel "
                "état.",
            )


def whole(path: str) -> str:
    """Return a path that means the same from any folder; a list of hosts ("srv1,") is left as it
    is.
    """
    return path if "," in path and not Path(path).exists() else str(Path(path).resolve())


def probe_files(ordered: RolloutSpec, workspace: Workspace) -> list[Path]:
    """Return where the probes are run from: those within the policy repository, from the copy that
    was verified.

    Raises:
        Refused: one does not exist, or lies in the repository where no signature covers it.

    """
    found = []
    for name in ordered.probes:
        path = Path(name)
        if (
            workspace.home is not None
            and workspace.code is not None
            and path.is_relative_to(workspace.home.resolve())
        ):
            path = workspace.code / os.path.relpath(path, workspace.home.resolve())
        if not path.exists():
            raise Refused(
                f"--probe {name}: no such file. In a policy repository, probes belong into"
                " probes/.",
                f"--probe {name} : fichier introuvable. Dans un dépôt de politique, les sondes vont"
                " dans probes/.",
            )
        found.append(path)
    return found
