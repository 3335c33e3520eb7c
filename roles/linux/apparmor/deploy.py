"""AppArmor is on, at boot too, and confines every program that it has a profile for (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("apparmor")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Have profiles loaded at boot, and enforced."""
    calls = [
        (rule, (*(rule.get("complain") or ()), "--", *rule["seen"]["files"])) for rule in rules
    ]
    run_each("Profiles loaded and enforced", PUT_RIGHT, calls)
