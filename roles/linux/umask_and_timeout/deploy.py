"""Shells give new files to their owner only, or close when nobody types (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files


@deploy("umask_and_timeout")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put in place what shells read first."""
    put_files(files)
