"""SSH signatures, made and verified by ssh-keygen: keys in files, in an agent or on hardware."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuile.policy.errors import Refused
from tuile.policy.text import Text, both

NAMESPACE = "baseline@tuile"
"""What the signatures are for: the same key may sign other things, which do not count here."""
_KEY = re.compile(r"key (SHA256:\S+)")


@dataclass(frozen=True)
class Signer:
    """Who signed, as allowed_signers names them, and the fingerprint of the key."""

    principal: str
    key: str


@dataclass(frozen=True)
class Allowed:
    """Whose signatures count, as bytes that nobody can change meanwhile: see ssh-keygen(1), ALLOWED
    SIGNERS.
    """

    signers: bytes
    revoked: bytes | None = None
    """A list of revoked keys, as text or as KRL."""


def sign(manifest: bytes, key: str) -> bytes:
    """Return the signature that a key makes on these bytes.

    The key is a private one, or a public one whose other half an agent or a token holds. ssh-keygen
    asks on the terminal for a passphrase, or for a touch of the token.

    Raises:
        Refused: it cannot be signed; the reason is on standard error already.

    """
    with tempfile.TemporaryDirectory(prefix="tuile-") as folder:
        copy = Path(folder) / "release.json"
        copy.write_bytes(manifest)
        command = [_program(), "-Y", "sign", "-q", "-f", key, "-n", NAMESPACE, str(copy)]
        if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 -- a list, no shell
            raise Refused(
                f"nothing was signed: ssh-keygen could not use the key {key}. Name a private key, "
                f"or the .pub of a key "
                "that your agent holds (ssh-add -l shows them).",
                f"rien n’a été signé : ssh-keygen n’a pas pu utiliser la clé {key}. Indiquez une "
                f"clé privée, ou le "
                ".pub d’une clé que détient votre agent (ssh-add -l les montre).",
            )
        return copy.with_name(f"{copy.name}.sig").read_bytes()


def verify(
    manifest: bytes, signatures: Mapping[str, bytes], allowed: Allowed
) -> tuple[list[Signer], list[Text]]:
    """Return who of those allowed signed these bytes, and why the other signatures do not count, in
    words.

    A key counts once, whatever the number of its signatures.
    """
    found: dict[str, Signer] = {}
    wrong: list[Text] = []
    with tempfile.TemporaryDirectory(prefix="tuile-") as folder:
        place = Path(folder)
        (place / "signers").write_bytes(allowed.signers)
        if allowed.revoked is not None:
            (place / "revoked").write_bytes(allowed.revoked)
        for name, signature in signatures.items():
            (place / "signature").write_bytes(signature)
            signer = _signer(place, manifest)
            if isinstance(signer, Text):
                wrong.append(Text(f"{name}: {signer.en}", f"{name} : {signer.fr}"))
            else:
                found.setdefault(signer.key, signer)
    return list(found.values()), wrong


def _signer(place: Path, manifest: bytes) -> Signer | Text:
    """Return who made the signature in a folder, or why it does not count."""
    files = ["-s", str(place / "signature"), "-f", str(place / "signers")]
    named = _ssh_keygen(["find-principals", *files], b"")
    if named.returncode != 0:
        return Text(
            "its key is not in allowed_signers, or no longer",
            "sa clé n’est pas dans allowed_signers, ou n’y est plus",
        )
    revoked = ["-r", str(place / "revoked")] if (place / "revoked").exists() else []
    said = ""
    for principal in named.stdout.decode("utf-8", "replace").split():
        done = _ssh_keygen(["verify", *files, *revoked, "-n", NAMESPACE, "-I", principal], manifest)
        said = " ".join((done.stdout + done.stderr).decode("utf-8", "replace").split())
        key = _KEY.search(said)
        if done.returncode == 0 and key:
            return Signer(principal, key[1])
    return both(said) if said else Text("it does not count", "elle ne compte pas")


def _ssh_keygen(
    arguments: Sequence[str], standard_input: bytes
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- a list, no shell
        [_program(), "-Y", *arguments],
        input=standard_input,
        capture_output=True,
        check=False,
        timeout=60,
    )


def _program() -> str:
    found = shutil.which("ssh-keygen")
    if found is None:
        raise Refused(
            "ssh-keygen is not installed, and signatures are its work. Install openssh-client.",
            "ssh-keygen n’est pas installé, et c’est lui qui signe et vérifie. Installez"
            " openssh-client.",
        )
    return found
