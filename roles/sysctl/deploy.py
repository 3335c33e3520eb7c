"""A kernel parameter has a value, in the running kernel and after a reboot (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run


@deploy("sysctl")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the drop-in in place, then set the running values."""
    put_files(files)
    for rule in rules:
        setting = f"{rule['key']}={rule['value']}"
        run(f"{rule['rule']}: value in the running kernel", "sysctl", "--quiet", "--write", setting)
