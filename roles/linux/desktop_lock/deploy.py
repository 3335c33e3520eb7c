"""The desktop locks itself after a delay, or never does, and its user cannot change that (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

UPDATE = Path(__file__).parent / "files" / "update.sh"


@deploy("desktop_lock")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put settings, locks and profile in place, then compile them."""
    put_files(files)
    run_script("Settings compiled", UPDATE)
