"""An option of the SSH server has a value, in effect and in the running server (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

RELOAD = Path(__file__).parent / "files" / "reload.sh"


@deploy("sshd_option")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the files in place as sshd accepts them, then have the running sshd read them."""
    put_files(files, validate="sshd -t -f %s")
    run_script("Options in the running sshd", RELOAD)
