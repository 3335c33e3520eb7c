"""No file is open to all, without an owner, or more powerful than it must be (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("find")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Take away what the files that were found have too much."""
    calls = [(rule, (rule["what"], *rule["seen"]["offenders"])) for rule in rules]
    run_each("Files that were found", PUT_RIGHT, calls)
