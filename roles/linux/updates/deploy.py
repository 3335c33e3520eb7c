"""Security updates are installed by themselves, and never reboot the machine (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

START = Path(__file__).parent / "files" / "timers.sh"
TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")


@deploy("updates")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the settings in place as apt reads them, then start what acts on them."""
    put_files(files, validate="apt-config --config-file %s dump")
    run_script("Timers at work", START, *TIMERS)
