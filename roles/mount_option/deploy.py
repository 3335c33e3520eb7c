"""A file system is mounted with some options, now and at the next boot (pyinfra)."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import server, systemd

from roles._files.deploy import put_files

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

FSTAB = "/etc/fstab"
SCRIPTS = Path(__file__).parent / "files"
REMOUNT = (SCRIPTS / "remount.sh").read_text(encoding="utf-8")
VALIDATE = (SCRIPTS / "validate-fstab.sh").read_text(encoding="utf-8").rstrip()


@deploy("mount_option")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put fstab and the drop-ins in place, let systemd read them, then remount."""
    fstab = [file for file in files if file["path"] == FSTAB]
    drop_ins = [file for file in files if file["path"] != FSTAB]
    put_files(fstab, validate=f"sh -c {shlex.quote(VALIDATE)} validate-fstab %s")
    put_files(drop_ins)
    systemd.daemon_reload(name="Units as fstab and the drop-ins say")
    for rule in rules:
        words = (QuoteString(rule["path"]), QuoteString(",".join(rule["options"])))
        server.shell(
            name=f"{rule['rule']}: options of the running mount",
            commands=[StringCommand("sh", "-s", "--", *words, _stdin=REMOUNT)],
        )
