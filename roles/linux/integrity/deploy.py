"""Changes of files are noticed: AIDE has a database of them, and compares every day (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

WATCH = Path(__file__).parent / "files" / "watch.sh"


@deploy("integrity")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the selections in place, have them compared every day, and make a first database."""
    put_files(files)
    run_script("Comparison every day, and a first database", WATCH)
