"""Local accounts and groups are as they must be, in one respect (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("account")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Lock the accounts that must be locked."""
    calls = [(rule, (rule["aspect"], *(rule.get("spare") or ()))) for rule in rules]
    run_each("Accounts that must be locked", PUT_RIGHT, calls)
