"""Policy repositories, keys and authorities for tests: real ones, made by ssh-keygen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASELINE = "name: small\nversion: 1.0.0\ntitle: {fr: petite, en: small}\nrules: []\n"


def repository(folder: Path) -> Path:
    """Write a small policy repository with rules, a mapping, a kind and its role, and return it."""
    for name, text in {
        "baselines/small.yaml": BASELINE,
        "baselines/mappings/own.yaml": "framework: own\n",
        "checks/word.py": '"""A word is said."""\n',
        "roles/word/deploy.py": '"""A word is said."""\n',
        "inventories/group/hosts.yml": "all: {hosts: {srv-1: {}}}\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def key(folder: Path, name: str) -> Path:
    """Make an SSH key without passphrase and return the file of its private half."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path))
    return path


def allow(etc: Path, **keys: Path) -> Path:
    """Write allowed_signers with these keys, by the name of who signs, and return its folder."""
    etc.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{name}@example.org {path.with_suffix('.pub').read_text()}" for name, path in keys.items()
    ]
    (etc / "allowed_signers").write_text("".join(lines), encoding="utf-8")
    return etc


@contextmanager
def agent(private: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Run an ssh-agent that holds a key, whose private half leaves the disk; give what leads to the
    agent.
    """
    socket = folder / "agent"
    # A list
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)  # noqa: S603, S607
    try:
        environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
        while not socket.exists():
            process.poll()
        # A list
        subprocess.run(["ssh-add", "-q", str(private)], env=environment, check=True)  # noqa: S603, S607
        private.unlink()
        yield {"SSH_AUTH_SOCK": str(socket)}
    finally:
        process.terminate()
        process.wait(10)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- a list
