"""Rules of the kernel's audit are loaded, and will be after a reboot (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

LOAD = Path(__file__).parent / "files" / "load.sh"


@deploy("audit_rule")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the files of rules in place, then load them, all at once."""
    put_files(files)
    run_script("Rules into the running kernel", LOAD)
