"""A unit starts at boot or not, runs or not, and can be started at all or not (pyinfra)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

PUT_RIGHT = (Path(__file__).parent / "files" / "put-right.sh").read_text(encoding="utf-8")
SUFFIX = r"\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$"
WORDS = {True: "yes", False: "no", None: ""}


@deploy("service")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Unmask, enable or disable, start or stop, mask: in this order, for each unit."""
    for rule in rules:
        unit = rule["name"] if re.search(SUFFIX, rule["name"]) else f"{rule['name']}.service"
        wanted = [WORDS[rule.get(name)] for name in ("enabled", "running", "masked")]
        words = [QuoteString(word) for word in (unit, *wanted)]
        server.shell(
            name=f"{rule['rule']}: start at boot, running, masked",
            commands=[StringCommand("sh", "-s", "--", *words, _stdin=PUT_RIGHT)],
        )
