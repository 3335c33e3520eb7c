"""Whose word counts stands where only root can write, and never in the repository itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.signing.made import allow, key
from tuile.policy.errors import Refused
from tuile.signing import authority


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder as /etc/tuile; who runs the tests is taken for root."""
    monkeypatch.setattr(authority, "ROOT", os.getuid())
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    return folder


@pytest.fixture(autouse=True)
def plain_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look no higher than the folder of a test: what is above it is the machine's."""
    monkeypatch.setattr(authority, "_above", lambda path: iter([path.parent]))


def test_signers_are_read(etc: Path, tmp_path: Path) -> None:
    """With the revoked keys where there are any."""
    allow(etc, alice=key(tmp_path, "alice"))
    (etc / "revoked_keys").write_text("ssh-ed25519 AAAA\n")
    found = authority.allowed(etc, tmp_path / "home")

    assert found.signers.startswith(b"alice@example.org ssh-ed25519 ")
    assert found.revoked == b"ssh-ed25519 AAAA\n"


def test_without_signers_nobody_counts(etc: Path, tmp_path: Path) -> None:
    """The file that is missing is named."""
    with pytest.raises(Refused, match="allowed_signers does not exist"):
        authority.allowed(etc, tmp_path / "home")


@pytest.mark.parametrize("mode", [0o666, 0o664])
def test_a_file_that_others_can_write_says_nothing(etc: Path, tmp_path: Path, mode: int) -> None:
    """Neither group nor others may write it."""
    allow(etc, alice=key(tmp_path, "alice"))
    (etc / "allowed_signers").chmod(mode)

    with pytest.raises(Refused, match="others than root can change it"):
        authority.allowed(etc, tmp_path / "home")


def test_a_folder_that_others_can_write_says_nothing(etc: Path, tmp_path: Path) -> None:
    """Whoever can write the folder can put another file in the place of this one."""
    allow(etc, alice=key(tmp_path, "alice"))
    etc.chmod(0o777)

    with pytest.raises(Refused, match=f"{etc}: others than root"):
        authority.allowed(etc, tmp_path / "home")


def test_a_file_of_somebody_else_says_nothing(
    etc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner can write it whatever its mode."""
    allow(etc, alice=key(tmp_path, "alice"))
    monkeypatch.setattr(authority, "ROOT", os.getuid() + 1)

    with pytest.raises(Refused, match="others than root can change it"):
        authority.allowed(etc, tmp_path / "home")


def test_a_repository_cannot_vouch_for_itself(etc: Path, tmp_path: Path) -> None:
    """A list of signers within the repository is refused, whoever owns it."""
    allow(etc, alice=key(tmp_path, "alice"))

    with pytest.raises(Refused, match="cannot vouch for itself"):
        authority.allowed(etc, tmp_path)


def test_releases_and_their_number_of_signers(etc: Path) -> None:
    """Without the file any release will do with one signer; a line that makes no sense is told with
    its number.
    """
    assert authority.accepted(etc) is None
    (etc / "releases").write_text("# name  signers\nght-artois 2\n\ntrial 1  # tests\n")
    assert authority.accepted(etc) == {
        "ght-artois": authority.Wanted(2),
        "trial": authority.Wanted(1),
    }
    (etc / "releases").write_text("ght-artois two\n")
    with pytest.raises(Refused, match=r"releases:1: .*Write it like this: ght-artois 2"):
        authority.accepted(etc)
