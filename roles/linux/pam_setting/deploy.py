"""A setting of a PAM module has a value in every stack (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files


@deploy("pam_setting")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Put the files in place."""
    put_files(files)
