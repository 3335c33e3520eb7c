"""Homes of people, and what lies in them, are as they must be, in one respect (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("home")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Narrow the modes of homes and start files."""
    calls = [
        (rule, (rule["aspect"], rule.get("mode") or "0750", *(rule.get("spare") or ())))
        for rule in rules
    ]
    run_each("Modes of homes and of the start files in them", PUT_RIGHT, calls)
