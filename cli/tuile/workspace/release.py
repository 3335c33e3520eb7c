"""Whether a policy repository may be executed here: on a check if its user trusts it, on an apply
if it is signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuile import paths
from tuile.policy.errors import Refused
from tuile.policy.plan.releases import Verified, is_older, is_other
from tuile.signing import authority, release, signature, snapshot
from tuile.signing.release import MANIFEST, Release
from tuile.signing.trust import Trust
from tuile.store import Store
from tuile.workspace.release_mistakes import demanding, refusal_text, too_few, uncovered


@dataclass(frozen=True)
class ReleaseRequirement:
    """What an apply wants of a policy repository before anything in it is executed."""

    asked: str | None = None
    """The release asked for, NAME or NAME@VERSION."""
    unsigned: bool = False
    """Do without signatures: told so in so many words."""
    older: bool = False
    """A version below the highest applied is meant."""


@dataclass(frozen=True)
class VerifiedRepository:
    """A repository as it was read and found good: where its data and its code are to be loaded
    from.
    """

    data: Path
    code: Path
    release: Verified | None = None
    """None: a check, or an apply that was told to do without signatures."""
    content: str = ""
    """The sha256 over all its files, for an apply."""


def trusted(home: Path) -> VerifiedRepository:
    """Return a repository for a check: its data as it is, its code as a copy of what its user has
    trusted.

    Raises:
        Refused: it would run code that is not trusted as it is now.

    """
    code = snapshot.code_of(snapshot.read_files(home))
    _refuse_untrusted(home, code)
    return VerifiedRepository(
        home, snapshot.write(code, paths.snapshots())
    )  # none, too: what is added meanwhile is not loaded


def trust(home: Path) -> tuple[list[str], list[str]]:
    """Trust a repository as it is now; return the names of its files of code, and of those that say
    how to reach hosts.

    Raises:
        Refused: there is something else than plain files and folders among its code.

    """
    code, rest = snapshot.code_of(snapshot.read_files(home)), snapshot.read_rest(home)
    if code or rest:
        Trust(paths.trust()).add(home, _mark(code), _mark_of_rest(rest))
    return sorted(code), sorted(rest)


def may_start(home: Path) -> bool:
    """Return whether what lies beside the code of a repository, inventories above all, may start
    programs here.
    """
    trust = Trust(paths.trust())
    return trust.knows(home) and trust.holds(home, _mark_of_rest(snapshot.read_rest(home)))


def signed(home: Path, demand: ReleaseRequirement) -> VerifiedRepository:
    """Return a copy of a repository for an apply, its release verified.

    Raises:
        Refused: all that is wrong with it, at once.
        StoreError: which releases were applied before cannot be told.

    """
    found, files = (
        (None, snapshot.read_files(home)) if demand.unsigned else _verified(home, demand.asked)
    )
    if found is None:
        _refuse_untrusted(home, snapshot.code_of(files))
    else:
        _refuse_going_back(home, found, demand)
    copy = snapshot.write(files, paths.snapshots())
    return VerifiedRepository(copy, copy, found, snapshot.digest(files))


def verified(home: Path, asked: str | None) -> tuple[Verified, int]:
    """Return the release of a repository and the number of its files.

    Raises:
        Refused: all that is wrong with it, at once.

    """
    found, files = _verified(home, asked)
    return found, len(files)


@dataclass(frozen=True)
class Naming:
    """How a release is to be called, and what it covers."""

    name: str
    version: str
    inventories: bool = False
    """Sign the inventories too; they are anyway where a baseline demands it, or the release before
    had them.
    """


def sign(home: Path, naming: Naming | None, key: str) -> tuple[Release, Path, int]:
    """Sign a repository as it is now; return the release, the new signature, and how many there are
    now.

    Without a name the release that is there gets one more signature.

    Raises:
        Refused: there is nothing to sign, or it cannot be signed.

    """
    files, there = snapshot.read_files(home), release.read_signed(home)
    if not files:
        raise Refused(
            f"{home} has neither baselines/ nor checks/ nor roles/: there is nothing to sign.",
            f"{home} n’a ni baselines/, ni checks/, ni roles/ : il n’y a rien à signer.",
        )
    before_that = None if there is None else release.parse(there.manifest, str(home / MANIFEST))
    if naming is None:
        manifest = _to_countersign(home, there)
    else:
        whole = (
            naming.inventories
            or bool(before_that and before_that.inventories)
            or bool(demanding(files))
        )
        covered = (
            snapshot.read_files(home, (*snapshot.COVERED, snapshot.INVENTORIES)) if whole else files
        )
        manifest = release.compose(naming.name, naming.version, covered, inventories=whole)
    before = dict(there.signatures) if there is not None and there.manifest == manifest else {}
    made = signature.sign(manifest, key)
    path = home / f"{MANIFEST}{f'.{len(before) + 1}' if before else ''}.sig"
    for old in () if before or there is None else there.signatures:
        (home / old).unlink()
    (home / MANIFEST).write_bytes(manifest)
    path.write_bytes(made)
    return release.parse(manifest, MANIFEST), path, len(before) + 1


def remember(found: Verified | None, at: datetime) -> None:
    """Store that a release is being applied, before anything is done on a host."""
    if found is not None:
        with Store(paths.store()) as store:
            store.note_release(found, at)


def _refuse_untrusted(home: Path, code: snapshot.Files) -> None:
    if code and not Trust(paths.trust()).holds(home, _mark(code)):
        what = ", ".join(f"{top}/" for top in snapshot.CODE if (home / top).is_dir())
        raise Refused(
            f"{home}: this policy repository brings code of its own ({what}), and you have not "
            f"trusted it as it is "
            f"now. Read it, then run: tuile trust {home}",
            f"{home} : ce dépôt de politique apporte son propre code ({what}), et vous ne lui "
            f"avez pas fait confiance "
            f"tel qu’il est. Lisez-le, puis lancez : tuile trust {home}",
        )


def _mark(code: snapshot.Files) -> str:
    return snapshot.digest(code)


def _mark_of_rest(rest: snapshot.Files) -> str:
    return f"reach:{snapshot.digest(rest)}"


def _refuse_going_back(home: Path, found: Verified, demand: ReleaseRequirement) -> None:
    with Store(paths.store()) as store:
        applied = store.releases()
    newer, other = is_older(found, applied), is_other(found, applied)
    if newer is not None and not demand.older:
        raise Refused(
            f"{home}: {found} is older than {newer.release}, which was applied on "
            f"{newer.first:%Y-%m-%d}. "
            "Get the newer one; if going back is meant, say --older-release.",
            f"{home} : {found} est plus ancienne que {newer.release}, appliquée le "
            f"{newer.first:%d/%m/%Y}. "
            "Récupérez la plus récente ; si ce retour est voulu, ajoutez --older-release.",
        )
    if other is not None:
        raise Refused(
            f"{home}: {found} was applied on {other.first:%Y-%m-%d} with other content, signed by "
            f"{', '.join(other.release.signers)}. A changed release needs a version of its own.",
            f"{home} : {found} a été appliquée le {other.first:%d/%m/%Y} avec un autre contenu, "
            f"signée par "
            f"{', '.join(other.release.signers)}. Une version modifiée doit porter un numéro à "
            f"elle.",
        )


def _to_countersign(home: Path, there: release.Signed | None) -> bytes:
    if there is None:
        raise Refused(
            f"{home} has no release to sign. Say which: --name ght-artois --version 1.0.0",
            f"{home} n’a aucune version à signer. Dites laquelle : --name ght-artois --version"
            " 1.0.0",
        )
    claimed = release.parse(there.manifest, str(home / MANIFEST))
    wrong = list(release.differences(claimed, snapshot.read_files(home, claimed.covered)))
    if wrong:
        told = refusal_text(home, wrong)
        raise Refused(
            f"{told.en}\nGive what is there now a version of its own: --name … --version …",
            f"{told.fr}\nDonnez à ce qui s’y trouve maintenant une version à elle : --name …"
            " --version …",
        )
    return there.manifest


def _verified(home: Path, asked: str | None) -> tuple[Verified, dict[str, bytes]]:
    """Return the release of a repository, and the files that it covers."""
    there = release.read_signed(home)
    if there is None:
        raise Refused(
            f"{home}: nobody has signed this policy repository: it has no {MANIFEST}. Sign it "
            f"(tuile baseline sign), "
            "or say --unsigned to apply what nobody vouches for.",
            f"{home} : personne n’a signé ce dépôt de politique : il n’a pas de {MANIFEST}. "
            f"Signez-le (tuile baseline "
            "sign), ou ajoutez --unsigned pour appliquer ce dont personne ne répond.",
        )
    claimed = release.parse(there.manifest, str(home / MANIFEST))
    files = snapshot.read_files(home, claimed.covered)
    allowed = authority.allowed(paths.authority(), home)
    signers, uncounted = signature.verify(there.manifest, there.signatures, allowed)
    people = tuple(sorted({signer.principal for signer in signers}))
    wrong = [
        *release.differences(claimed, files),
        *release.other_than(claimed, asked),
        *too_few(claimed, people, uncounted),
        *uncovered(claimed, files),
    ]
    if wrong:
        told = refusal_text(home, wrong)
        raise Refused(told.en, told.fr)
    digest = hashlib.sha256(there.manifest).hexdigest()
    return Verified(claimed.name, claimed.version, digest, people, claimed.inventories), files
