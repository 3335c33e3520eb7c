"""Signatures by ssh-keygen itself: what counts, and what does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.unit.signing.made import agent, allow, key
from tuile.policy.errors import Refused
from tuile.signing.signature import NAMESPACE, Allowed, sign, verify

MANIFEST = b'{"name": "small"}\n'


def allowed(etc: Path) -> Allowed:
    """Return what a folder says."""
    return Allowed((etc / "allowed_signers").read_bytes())


def test_a_signature_by_an_allowed_key_counts(tmp_path: Path) -> None:
    """The signer is named as allowed_signers names it."""
    alice = key(tmp_path, "alice")
    signers, wrong = verify(
        MANIFEST, {"a.sig": sign(MANIFEST, str(alice))}, allowed(allow(tmp_path, alice=alice))
    )

    assert [signer.principal for signer in signers] == ["alice@example.org"]
    assert wrong == []


def test_a_key_in_an_agent_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the public half is on the disk: so it is with an agent, and with keys on tokens."""
    alice = key(tmp_path, "alice")
    etc = allow(tmp_path, alice=alice)
    with agent(alice, tmp_path) as environment:
        monkeypatch.setenv("SSH_AUTH_SOCK", environment["SSH_AUTH_SOCK"])
        made = sign(MANIFEST, str(alice.with_suffix(".pub")))

    assert len(verify(MANIFEST, {"a.sig": made}, allowed(etc))[0]) == 1


def test_a_key_that_cannot_be_used_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and the way out is named."""
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "none"))

    with pytest.raises(Refused, match="ssh-add -l"):
        sign(MANIFEST, str(tmp_path / "nobody"))


def test_other_bytes_are_not_signed(tmp_path: Path) -> None:
    """One byte more, and the signature does not count."""
    alice = key(tmp_path, "alice")
    made = {"a.sig": sign(MANIFEST, str(alice))}

    assert verify(MANIFEST + b" ", made, allowed(allow(tmp_path, alice=alice)))[0] == []


def test_a_stranger_does_not_count(tmp_path: Path) -> None:
    """A good signature by a key that is not allowed says so."""
    alice, mallory = key(tmp_path, "alice"), key(tmp_path, "mallory")
    signers, wrong = verify(
        MANIFEST, {"m.sig": sign(MANIFEST, str(mallory))}, allowed(allow(tmp_path, alice=alice))
    )

    assert signers == []
    assert [one.en for one in wrong] == ["m.sig: its key is not in allowed_signers, or no longer"]


def test_a_signature_for_something_else_does_not_count(tmp_path: Path) -> None:
    """The same key on the same bytes, but as a signature on a file of git."""
    alice = key(tmp_path, "alice")
    (tmp_path / "file").write_bytes(MANIFEST)
    command = [
        "ssh-keygen",
        "-Y",
        "sign",
        "-q",
        "-f",
        str(alice),
        "-n",
        "git",
        str(tmp_path / "file"),
    ]
    subprocess.run(command, check=True)  # noqa: S603 -- a list
    made = {"g.sig": (tmp_path / "file.sig").read_bytes()}
    signers, wrong = verify(MANIFEST, made, allowed(allow(tmp_path, alice=alice)))

    assert signers == []
    assert "namespace" in wrong[0].en
    assert NAMESPACE != "git"


def test_a_key_may_expire_or_be_revoked(tmp_path: Path) -> None:
    """Past its last day, or on the list of revoked keys, it signs for nothing."""
    alice = key(tmp_path, "alice")
    made = {"a.sig": sign(MANIFEST, str(alice))}
    public = alice.with_suffix(".pub").read_bytes()
    expired = Allowed(b'alice@example.org valid-before="20200101" ' + public)
    revoked = Allowed(b"alice@example.org " + public, revoked=public)

    assert verify(MANIFEST, made, expired)[0] == []
    assert verify(MANIFEST, made, revoked)[0] == []


def test_one_key_is_one_signer(tmp_path: Path) -> None:
    """Two signatures by one key, or one key under two names, are one."""
    alice = key(tmp_path, "alice")
    made = sign(MANIFEST, str(alice))
    etc = allow(tmp_path, alice=alice, bob=alice)

    assert len(verify(MANIFEST, {"a.sig": made, "b.sig": made}, allowed(etc))[0]) == 1


def test_no_signature_at_all(tmp_path: Path) -> None:
    """Bytes that are no signature are told apart from a stranger's, and do not count."""
    etc = allow(tmp_path, alice=key(tmp_path, "alice"))

    assert verify(MANIFEST, {}, allowed(etc)) == ([], [])
    assert verify(MANIFEST, {"x.sig": b"rubbish"}, allowed(etc))[0] == []
