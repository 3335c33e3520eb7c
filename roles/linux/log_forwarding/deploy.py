"""The system log goes to a collector, and waits on disk while that cannot be reached (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

RESTART = Path(__file__).parent / "files" / "restart.sh"


@deploy("log_forwarding")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the drop-in in place as rsyslog accepts it, then start rsyslog anew."""
    put_files(files, validate="rsyslogd -N1 -f %s")
    run_script("Collector in the running rsyslog, now and at boot", RESTART)
