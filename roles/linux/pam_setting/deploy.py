"""A setting of a PAM module has a value in every stack (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files


@deploy("pam_setting")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the files in place."""
    put_files(files)
