"""A setting in a configuration file has a value, as the software that reads the file understands it (pyinfra)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server

from roles._files.deploy import put_files

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

RELOAD = (Path(__file__).parent / "files" / "reload.sh").read_text(encoding="utf-8")


@deploy("config_option")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the files in place, then have the units that run read them."""
    put_files(files)
    units = sorted({str(rule["reload"]) for rule in rules if rule.get("reload")})
    if units:
        words = [QuoteString(unit) for unit in units]
        server.shell(
            name="Settings in the running units",
            commands=[StringCommand("sh", "-s", "--", *words, _stdin=RELOAD)],
        )
