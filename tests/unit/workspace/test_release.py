"""Nothing of a policy repository is executed before it is trusted for a check, or its release
verified for an apply.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.signing.made import allow, key, repository
from tuile.policy.errors import Refused
from tuile.signing import authority, signature
from tuile.signing.release import compose
from tuile.signing.snapshot import read_files
from tuile.workspace.release import (
    Naming,
    ReleaseRequirement,
    remember,
    sign,
    signed,
    trust,
    trusted,
    verified,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Signing:
    """A policy repository, two people with keys, and a machine that knows them."""

    def __init__(self, folder: Path) -> None:
        self.home = repository(folder / "home")
        self.alice, self.bob = key(folder, "alice"), key(folder, "bob")
        self.etc = allow(folder / "etc", alice=self.alice, bob=self.bob)

    def release(self, version: str, name: str = "ght-artois") -> None:
        """Sign the repository as it is, by alice."""
        sign(self.home, Naming(name, version), str(self.alice))

    def refusal(self, demand: ReleaseRequirement | None = None) -> str:
        """Return why an apply refuses the repository."""
        with pytest.raises(Refused) as caught:
            signed(self.home, demand or ReleaseRequirement())
        return str(caught.value)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    """Return a repository that alice has signed as ght-artois 1.0.0; who runs the tests is taken
    for root.
    """
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("TUILE_AUTHORITY", str(tmp_path / "etc"))
    monkeypatch.setattr(authority, "ROOT", os.getuid())
    monkeypatch.setattr(authority, "_above", lambda path: iter([path.parent]))
    found = Signing(tmp_path)
    found.release("1.0.0")
    return found


def test_what_is_signed_is_loaded_from_the_bytes_that_were_verified(made: Signing) -> None:
    """What changes in the repository afterwards, however soon, is not what is executed."""
    before = read_files(made.home)
    vetted = signed(made.home, ReleaseRequirement(asked="ght-artois@1.0.0"))
    (made.home / "checks/word.py").write_text("evil = True\n")

    assert vetted.data == vetted.code != made.home
    assert read_files(vetted.code) == before
    assert vetted.release is not None
    assert (str(vetted.release), vetted.release.signers) == (
        "ght-artois 1.0.0",
        ("alice@example.org",),
    )


def alter(home: Path) -> None:
    """Change a role."""
    (home / "roles/word/deploy.py").write_text("evil = True\n")


def take_away(home: Path) -> None:
    """Remove a mapping."""
    (home / "baselines/mappings/own.yaml").unlink()


def add(home: Path) -> None:
    """Add a kind that nobody signed."""
    (home / "checks/evil.py").write_text("evil = True\n")


def unsign(home: Path) -> None:
    """Remove the signature."""
    (home / "release.json.sig").unlink()


def forget(home: Path) -> None:
    """Remove the release as a whole."""
    (home / "release.json").unlink()


def raise_version(home: Path) -> None:
    """Give the signed manifest another version."""
    text = (home / "release.json").read_text().replace("1.0.0", "9.9.9")
    (home / "release.json").write_text(text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (alter, "altered since: roles/word/deploy.py"),
        (take_away, "missing: baselines/mappings/own.yaml"),
        (add, "not part of the release: checks/evil.py"),
        (unsign, "1 of those in .*allowed_signers must sign it, 0 did"),
        (forget, "nobody has signed this policy repository"),
        (raise_version, "must sign it, 0 did"),
    ],
)
def test_whatever_is_not_as_it_was_signed_is_refused(
    made: Signing, change: Callable[[Path], None], told: str
) -> None:
    """An altered, missing or extra file, no signature, no release, a forged version."""
    change(made.home)

    with pytest.raises(Refused, match=told):
        signed(made.home, ReleaseRequirement())


def test_all_that_is_wrong_is_told_at_once(made: Signing) -> None:
    """One line for each, with the repository."""
    for change in (alter, add, unsign):
        change(made.home)
    lines = made.refusal(ReleaseRequirement(asked="ght-artois@2.0.0")).splitlines()

    assert len(lines) == 4
    assert all(line.startswith(f"{made.home}: ") for line in lines)


def test_an_old_release_under_a_new_name_is_refused(made: Signing) -> None:
    """A tag that was moved to a signed older state does not make it what was asked for."""
    assert "signed as ght-artois 1.0.0, and ght-artois@9.9.9 was asked for" in made.refusal(
        ReleaseRequirement("ght-artois@9.9.9")
    )
    assert "ght-flandres was asked for" in made.refusal(ReleaseRequirement("ght-flandres"))


def test_a_signer_that_this_machine_does_not_know_is_refused(made: Signing) -> None:
    """A good signature by a stranger is none."""
    allow(made.etc, bob=made.bob)

    assert "its key is not in allowed_signers" in made.refusal()


def test_two_signers_where_the_machine_wants_two(made: Signing) -> None:
    """The same signer twice is one; with the second one's signature it will do."""
    (made.etc / "releases").write_text("ght-artois 2\n")
    assert "2 of those" in made.refusal()
    sign(made.home, None, str(made.alice))
    assert "2 of those" in made.refusal()
    _, path, number = sign(made.home, None, str(made.bob))
    vetted = signed(made.home, ReleaseRequirement())

    assert (path.name, number) == ("release.json.3.sig", 3)
    assert vetted.release is not None
    assert vetted.release.signers == ("alice@example.org", "bob@example.org")


def test_a_release_that_this_machine_does_not_accept_is_refused(made: Signing) -> None:
    """Where releases are named, others do not do, whoever signed them."""
    (made.etc / "releases").write_text("ght-flandres 1\n")

    assert "accepts ght-flandres, and not ght-artois" in made.refusal()


def test_nobody_is_led_back_to_an_older_release(made: Signing) -> None:
    """Below the highest applied it is refused, unless going back is meant; the same and a higher
    one will do.
    """
    old = made.home.with_name("old")
    shutil.copytree(made.home, old)
    alter(made.home)
    made.release("1.10.0")
    remember(signed(made.home, ReleaseRequirement()).release, NOW)
    assert signed(made.home, ReleaseRequirement()).release is not None
    with pytest.raises(
        Refused, match=r"1\.0\.0 is older than ght-artois 1\.10\.0.*2026-11-24.*--older-release"
    ):
        signed(old, ReleaseRequirement())

    assert signed(old, ReleaseRequirement(older=True)).release is not None


def test_the_same_version_with_other_content_is_refused(made: Signing) -> None:
    """Even signed: what was applied under a version is what that version is."""
    remember(signed(made.home, ReleaseRequirement()).release, NOW)
    alter(made.home)
    made.release("1.0.0")

    assert "with other content" in made.refusal()
    made.release("1.0.1")
    assert signed(made.home, ReleaseRequirement()).release is not None


def test_a_check_needs_trust_and_no_signature(made: Signing) -> None:
    """Trust is for the code as it is; its data may change."""
    forget(made.home)
    with pytest.raises(Refused, match="tuile trust"):
        trusted(made.home)
    trust(made.home)
    take_away(made.home)
    vetted = trusted(made.home)
    assert (vetted.data, vetted.release) == (made.home, None)
    assert (vetted.code / "checks/word.py").read_bytes() == (
        made.home / "checks/word.py"
    ).read_bytes()
    add(made.home)
    with pytest.raises(Refused, match="tuile trust"):
        trusted(made.home)


def test_without_signatures_the_code_must_still_be_trusted(made: Signing) -> None:
    """`--unsigned` does without signers, not without the user."""
    alter(made.home)
    with pytest.raises(Refused, match="tuile trust"):
        signed(made.home, ReleaseRequirement(unsigned=True))
    trust(made.home)

    assert signed(made.home, ReleaseRequirement(unsigned=True)).release is None


def test_verify_says_who_signed_what(made: Signing) -> None:
    """The release, its signers and the number of files."""
    release, count = verified(made.home, None)

    assert (str(release), count) == ("ght-artois 1.0.0", 4)


def test_a_changed_repository_is_not_countersigned(made: Signing) -> None:
    """A second signer vouches for what the first one signed, or for a new version."""
    alter(made.home)

    with pytest.raises(Refused, match="a version of its own"):
        sign(made.home, None, str(made.bob))


def test_a_new_version_drops_the_signatures_of_the_old(made: Signing) -> None:
    """What was signed before says nothing about what is there now."""
    sign(made.home, None, str(made.bob))
    alter(made.home)
    made.release("1.1.0")

    assert sorted(path.name for path in made.home.glob("*.sig")) == ["release.json.sig"]
    assert verified(made.home, "ght-artois@1.1.0")[0].signers == ("alice@example.org",)


def test_there_must_be_something_to_sign(made: Signing, tmp_path: Path) -> None:
    """An empty folder, and a repository without a release to countersign, are told."""
    with pytest.raises(Refused, match="nothing to sign"):
        sign(tmp_path / "etc", Naming("a", "1.0.0"), str(made.alice))
    forget(made.home)
    with pytest.raises(Refused, match="--name ght-artois"):
        sign(made.home, None, str(made.alice))


def test_inventories_are_signed_where_a_baseline_demands_it(made: Signing) -> None:
    """Not signed, the release is refused; signed, a change of any of them is."""
    baseline = made.home / "baselines/small.yaml"
    baseline.write_text(baseline.read_text() + "inventories: signed\n")
    made.release("1.1.0")
    vetted = signed(made.home, ReleaseRequirement())
    assert vetted.release is not None
    assert vetted.release.inventories
    assert (vetted.data / "inventories/group/hosts.yml").read_bytes() == (
        made.home / "inventories/group/hosts.yml"
    ).read_bytes()

    (made.home / "inventories/group/policy.yaml").write_text("assign: []\n")
    assert "not part of the release: inventories/group/policy.yaml" in made.refusal()


def test_a_demand_cannot_be_met_by_an_older_way_of_signing(made: Signing) -> None:
    """A release that was signed without its inventories is refused where they are wanted, by a
    baseline or here.
    """
    baseline = made.home / "baselines/small.yaml"
    baseline.write_text(baseline.read_text() + "inventories: signed\n")
    (made.home / "release.json").write_bytes(compose("ght-artois", "1.1.0", read_files(made.home)))
    (made.home / "release.json.sig").write_bytes(
        signature.sign((made.home / "release.json").read_bytes(), str(made.alice))
    )

    assert "baselines/small.yaml demands that the inventories are signed too" in made.refusal()
    (made.etc / "releases").write_text("ght-artois 1 inventories\n")
    assert "wants the inventories signed too" in made.refusal()
    sign(made.home, Naming("ght-artois", "1.2.0"), str(made.alice))
    assert signed(made.home, ReleaseRequirement()).release is not None


def test_what_is_covered_once_stays_covered(made: Signing) -> None:
    """The next release has the inventories too, without being told."""
    sign(made.home, Naming("ght-artois", "1.1.0", inventories=True), str(made.alice))
    made.release("1.2.0")

    release, count = verified(made.home, None)
    assert (release.inventories, count) == (True, 5)
