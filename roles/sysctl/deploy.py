"""A kernel parameter has a value, in the running kernel and after a reboot (pyinfra)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server
from roles._files.deploy import put_files

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams


@deploy("sysctl")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the drop-in in place, then set the running values."""
    put_files(files)
    for rule in rules:
        server.shell(
            name=f"{rule['rule']}: value in the running kernel",
            commands=[StringCommand("sysctl", "--quiet", "--write", QuoteString(f"{rule['key']}={rule['value']}"))],
        )
