"""A kernel module is not loaded, and cannot be (pyinfra)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server

from roles._files.deploy import put_files

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

UNLOAD = (Path(__file__).parent / "files" / "unload.sh").read_text(encoding="utf-8")


@deploy("kernel_module")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the drop-in in place, then take the modules out of the running kernel."""
    put_files(files)
    for rule in rules:
        server.shell(
            name=f"{rule['rule']}: out of the running kernel",
            commands=[StringCommand("sh", "-s", "--", QuoteString(rule["name"]), _stdin=UNLOAD)],
        )
