"""A file or directory is there or not, and grants no more than a mode, to the right owner and group (pyinfra)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

PUT_RIGHT = (Path(__file__).parent / "files" / "put-right.sh").read_text(encoding="utf-8")


@deploy("file")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Put right existence, owner, group and mode."""
    for rule in rules:
        exists = "no" if rule.get("exists") is False else "yes"
        named = [rule["path"], rule.get("type") or "file", exists, rule.get("mode") or "", rule.get("owner") or ""]
        words = [QuoteString(word) for word in (*named, *(rule.get("group") or ()))]
        server.shell(
            name=f"{rule['rule']}: existence, owner, group and mode",
            commands=[StringCommand("sh", "-s", "--", *words, _stdin=PUT_RIGHT)],
        )
