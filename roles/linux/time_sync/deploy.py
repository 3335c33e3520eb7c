"""Exactly one time service runs, starts at boot, and asks the servers that it should (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

SET_UP = Path(__file__).parent / "files" / "set-up.sh"


@deploy("time_sync")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the files in place, then have one service read them."""
    put_files(files)
    run_script("One time service", SET_UP, str(rules[0].get("service") or "chrony"))
