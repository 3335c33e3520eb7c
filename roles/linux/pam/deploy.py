"""A module stands in a stack of PAM with its arguments (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_each

UPDATE = Path(__file__).parent / "files" / "update.sh"


@deploy("pam")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put profiles and lines in place, then the modules in the common stacks."""
    put_files(files)
    common = [rule for rule in rules if rule["service"].startswith("common-")]
    run_each("Modules in the common stacks", UPDATE, [(rule, _words(rule)) for rule in common])


def _words(rule: RuleParams) -> tuple[str, ...]:
    name = rule["module"].removeprefix("pam_").removesuffix(".so")
    return (rule["service"], rule["type"], rule["module"], f"tuile-{name}")
