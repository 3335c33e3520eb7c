"""The kernel is started with an argument or without it, now and at the next boot through GRUB
(pyinfra).
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

SCRIPTS = Path(__file__).parent / "files"


@deploy("kernel_cmdline")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the files in place that GRUB's menu is made from, then make the menu."""
    put_files(files, validate="sh -n %s")
    run_script("Menu of GRUB", SCRIPTS / "menu.sh")
