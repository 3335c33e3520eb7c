"""The kernel takes no more modules once the machine has started (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

ENABLE = Path(__file__).parent / "files" / "enable.sh"


@deploy("modules_sealed")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the unit in place, then have it run at each start."""
    put_files(files)
    run_script("At each start", ENABLE)
