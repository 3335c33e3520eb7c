"""Entries of GRUB's menu are changed by nobody who does not know the password (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

SCRIPTS = Path(__file__).parent / "files"


@deploy("grub_password")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the source of the menu in place, then make the menu."""
    put_files(files, validate="sh -n %s")
    run_script("Menu of GRUB", SCRIPTS / "menu.sh")
