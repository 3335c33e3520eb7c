"""Opens single values that ansible-vault has encrypted: the format is documented, so no program has
to be asked.

Source: Ansible documentation, "Format of files encrypted with Ansible Vault", versions 1.1 and 1.2,
AES256.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
from binascii import Error, unhexlify
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tuile.policy.errors import Usage
from tuile.policy.target import Secret

HEADER = "$ANSIBLE_VAULT"
_ROUNDS, _BYTES = 10000, 80
_ASKED_FOR = 60
"""Seconds that a program may take to say a password."""


@dataclass(frozen=True)
class Vault:
    """Where the passwords of ansible-vault come from: files that were named, the terminal,
    Ansible's own settings.
    """

    files: tuple[str, ...] = ()
    typed: Secret | None = field(default=None, repr=False)
    settings: tuple[Path, ...] = ()
    """The ansible.cfg that may name more of such files."""

    @cached_property
    def named(self) -> tuple[tuple[str, Path], ...]:
        """Return the label and the file of each password that was named to us.

        Raises:
            Usage: there is no such file.

        """
        found = tuple(map(_labelled, self.files))
        for _, path in found:
            if not path.is_file():
                raise Usage(
                    f"{path}: no vault password could be read from it: there is no such file."
                    " Correct the path."
                )
        return found

    @cached_property
    def sources(self) -> tuple[tuple[str, Path], ...]:
        """Return the label and the file of each password, those of Ansible's settings too; a label
        of "" for none.
        """
        theirs = (
            os.environ.get("ANSIBLE_VAULT_PASSWORD_FILE", ""),
            os.environ.get("ANSIBLE_VAULT_IDENTITY_LIST", ""),
        )
        more = (theirs[0], *theirs[1].split(","), *_of_settings(self.settings))
        return tuple(
            dict.fromkeys((*self.named, *(_labelled(one.strip()) for one in more if one.strip())))
        )

    @cached_property
    def passwords(self) -> tuple[bytes, ...]:
        """Return all passwords.

        Raises:
            Usage: a file cannot be read, or a program says none.

        """
        typed = [self.typed.reveal().encode()] if self.typed is not None else []
        return (*typed, *(_password(label, path) for label, path in self.sources))

    def open(self, text: str) -> str:
        """Return what an encrypted value holds.

        Raises:
            ValueError: none of the passwords opens it; in words.
            Usage: a password cannot be read.

        """
        if not self.passwords:
            raise ValueError(
                f"is encrypted (ansible-vault), and no vault password was given. {HOW}"
            )
        for password in self.passwords:
            found = _opened(text, password)
            if found is not None:
                return found
        raise ValueError(
            f"is encrypted (ansible-vault), and no vault password at hand opens it. {HOW}"
        )


HOW = "Say --vault-password-file FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE"


def _labelled(named: str) -> tuple[str, Path]:
    """Return label and file of "label@file" or "file"."""
    label, at, path = named.partition("@")
    if at and not Path(named).exists():
        return label, Path(path).expanduser()
    return "", Path(named).expanduser()


def _of_settings(files: Sequence[Path]) -> Iterator[str]:
    for path in files:
        settings = ConfigParser(interpolation=None, inline_comment_prefixes=(";",), strict=False)
        try:
            settings.read(path)
        except (ConfigError, OSError, UnicodeError):
            continue
        for name in ("vault_password_file", "vault_identity_list"):
            for one in settings.get("defaults", name, fallback="").split(","):
                label, at, where = one.strip().rpartition("@")
                if where:
                    yield f"{label}{at}{path.parent / Path(where).expanduser()}"


def _password(label: str, path: Path) -> bytes:
    try:
        if not os.access(path, os.X_OK) or path.is_dir():
            return path.read_bytes().strip()
        whose = ["--vault-id", label or "default"] if path.stem.endswith("-client") else []
        command = [str(path.absolute()), *whose]
        said = subprocess.run(  # noqa: S603 -- a list, no shell; a program that the user names
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASKED_FOR, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        why = error.strerror if isinstance(error, OSError) else "it gave none"
        raise Usage(
            f"{path}: no vault password could be read from it: {why}. Correct the path, or its"
            " mode."
        ) from None
    return said.stdout.strip()


def _opened(text: str, password: bytes) -> str | None:
    """Return the clear text; None where this is not its password, or it is no vault."""
    header, _, body = text.strip().partition("\n")
    if not header.startswith(HEADER) or header.rstrip().split(";")[2:3] != ["AES256"]:
        return None
    try:
        salt, told, sealed = map(unhexlify, unhexlify("".join(body.split())).split(b"\n", 2))
        keys = hashlib.pbkdf2_hmac("sha256", password, salt, _ROUNDS, _BYTES)
        if not hmac.compare_digest(hmac.digest(keys[32:64], sealed, "sha256"), told):
            return None
        plain = Cipher(algorithms.AES(keys[:32]), modes.CTR(keys[64:])).decryptor().update(sealed)
        unpadder = PKCS7(128).unpadder()
        return (unpadder.update(plain) + unpadder.finalize()).decode()
    except (Error, ValueError):
        return None
