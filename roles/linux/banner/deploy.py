"""A text shown around a login carries a notice, and does not say which system this is (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files


@deploy("banner")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the texts in place."""
    put_files(files)
