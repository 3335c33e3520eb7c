"""A file system is mounted with some options, now and at the next boot (pyinfra)."""

from __future__ import annotations

import shlex
from pathlib import Path

from pyinfra.api.deploy import deploy
from pyinfra.operations import systemd

from roles._files.deploy import File, RuleParams, put_files, run_each

FSTAB = "/etc/fstab"
SCRIPTS = Path(__file__).parent / "files"
REMOUNT = SCRIPTS / "remount.sh"
VALIDATE = (SCRIPTS / "validate-fstab.sh").read_text(encoding="utf-8").rstrip()


@deploy("mount_option")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put fstab and the drop-ins in place, let systemd read them, then remount."""
    fstab = [file for file in files if file["path"] == FSTAB]
    drop_ins = [file for file in files if file["path"] != FSTAB]
    put_files(fstab, validate=f"sh -c {shlex.quote(VALIDATE)} validate-fstab %s")
    put_files(drop_ins)
    systemd.daemon_reload(name="Units as fstab and the drop-ins say")
    calls = [(rule, (rule["path"], ",".join(rule["options"]))) for rule in rules]
    run_each("Options of the running mounts", REMOUNT, calls)
