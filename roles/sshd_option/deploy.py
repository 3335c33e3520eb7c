"""An option of the SSH server has a value, in effect and in the running server (pyinfra)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.operations import server

from roles._files.deploy import put_files

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

RELOAD = (Path(__file__).parent / "files" / "reload.sh").read_text(encoding="utf-8")


@deploy("sshd_option")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Put the files in place as sshd accepts them, then have the running sshd read them."""
    put_files(files, validate="sshd -t -f %s")
    server.shell(name="Options in the running sshd", commands=[StringCommand("sh", "-s", _stdin=RELOAD)])
