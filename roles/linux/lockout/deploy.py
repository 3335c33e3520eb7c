"""An account is locked for a while after wrong passwords; named accounts are left alone (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

UPDATE = Path(__file__).parent / "files" / "update.sh"


@deploy("lockout")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the two profiles in place, then have the common stacks built with them."""
    put_files(files)
    run_script("The lockout in the common stacks", UPDATE)
