"""USB devices are let in by their class (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

START = Path(__file__).parent / "files" / "start.sh"


@deploy("usb")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put rules and settings in place, then have the daemon read them."""
    put_files(files)
    run_script("Daemon of USBGuard", START)
