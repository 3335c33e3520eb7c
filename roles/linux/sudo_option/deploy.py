"""A Defaults setting of sudo has a value, after all files that sudoers includes (pyinfra)."""

from __future__ import annotations

import shlex
from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files

VALIDATE = (Path(__file__).parent / "files" / "validate.sh").read_text(encoding="utf-8").rstrip()
MODE = "0440"


@deploy("sudo_option")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the drop-in in place before sudoers includes it, each once visudo accepts the whole."""
    for file in sorted(files, key=lambda file: file["path"], reverse=True):
        ours: File = {**file, "mode": MODE}
        put_files([ours], validate=f"sh -c {shlex.quote(VALIDATE)} validate {file['path']} %s")
