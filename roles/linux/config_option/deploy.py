"""A setting in a configuration file has a value, as the software that reads the file understands it
(pyinfra).
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

RELOAD = Path(__file__).parent / "files" / "reload.sh"


@deploy("config_option")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the files in place, then have the units that run read them."""
    put_files(files)
    units = sorted({str(rule["reload"]) for rule in rules if rule.get("reload")})
    if units:
        run_script("Settings in the running units", RELOAD, *units)
