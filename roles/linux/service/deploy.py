"""A unit starts at boot or not, runs or not, and can be started at all or not (pyinfra)."""

from __future__ import annotations

import re
from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"
SUFFIX = r"\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$"
WORDS = {True: "yes", False: "no", None: ""}


@deploy("service")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Unmask, enable or disable, start or stop, mask: in this order, for each unit."""
    run_each(
        "What starts at boot, what runs, what is masked",
        PUT_RIGHT,
        [(rule, _words(rule)) for rule in rules],
    )


def _words(rule: RuleParams) -> tuple[str, ...]:
    unit = rule["name"] if re.search(SUFFIX, rule["name"]) else f"{rule['name']}.service"
    return (unit, *(WORDS[rule.get(name)] for name in ("enabled", "running", "masked")))
