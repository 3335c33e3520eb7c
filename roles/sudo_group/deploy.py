"""Only the members of one group can start sudo, after its updates too (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

OWN = Path(__file__).parent / "files" / "own.sh"


@deploy("sudo_group")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Note the exception that outlasts updates, then change the program."""
    put_files(files)
    for rule in rules:
        run_script(f"{rule['rule']}: the program", OWN, rule.get("group", "sudo"))
