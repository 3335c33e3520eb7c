"""Only the members of one group can start sudo, after its updates too (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

OWN = Path(__file__).parent / "files" / "own.sh"


@deploy("sudo_group")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Change the program, and note it as an exception that outlasts updates."""
    run_each(
        "The program, now and at updates",
        OWN,
        [(rule, (rule.get("group", "sudo"),)) for rule in rules],
    )
