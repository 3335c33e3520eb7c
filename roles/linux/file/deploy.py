"""A file or directory is there or not, and grants no more than a mode, to the right owner and group
(pyinfra).
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("file")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put right existence, owner, group and mode."""
    run_each(
        "Existence, owner, group and mode", PUT_RIGHT, [(rule, _words(rule)) for rule in rules]
    )


def _words(rule: RuleParams) -> tuple[str, ...]:
    exists = "no" if rule.get("exists") is False else "yes"
    named = (
        rule["path"],
        rule.get("type") or "file",
        exists,
        rule.get("mode") or "",
        rule.get("owner") or "",
    )
    return (*named, *(rule.get("group") or ()))
