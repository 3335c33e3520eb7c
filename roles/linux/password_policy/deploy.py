"""Passwords live and are kept as they must be: those of new accounts, and those that are there
(pyinfra).
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("password_policy")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the defaults of new accounts in place, then set the accounts that are there."""
    put_files(files)
    run_each("Accounts that are there", PUT_RIGHT, [(rule, _words(rule)) for rule in rules])


def _words(rule: RuleParams) -> tuple[str, ...]:
    floor = "" if rule.get("floor") is None else str(rule["floor"])
    return (
        rule["setting"],
        rule.get("compare") or "equals",
        rule["value"],
        floor,
        *(rule.get("spare") or ()),
    )
