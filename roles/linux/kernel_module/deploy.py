"""A kernel module is not loaded, and cannot be (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_each

UNLOAD = Path(__file__).parent / "files" / "unload.sh"


@deploy("kernel_module")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the drop-in in place, then take the modules out of the running kernel."""
    put_files(files)
    run_each(
        "Modules out of the running kernel", UNLOAD, [(rule, (rule["name"],)) for rule in rules]
    )
