"""Homes of people, and what lies in them, are as they must be, in one respect (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_script

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("home")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Narrow the modes of homes and start files."""
    for rule in rules:
        words = (rule["aspect"], rule.get("mode") or "0750", *(rule.get("spare") or ()))
        run_script(f"{rule['rule']}: modes narrowed", PUT_RIGHT, *words)
