"""Packages come from signed sources, from known places, and apt does not look the other way
(pyinfra).
"""

from __future__ import annotations

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files

VALIDATORS = {
    ".list": "apt-get indextargets -o Dir::Etc::sourceparts=- -o Dir::Etc::sourcelist=%s",
    ".conf": "apt-config --config-file %s dump",
    ".sources": "",
}


@deploy("repository")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the sources and the settings in place as apt reads them."""
    for ending, validate in VALIDATORS.items():
        put_files([file for file in files if file["path"].endswith(ending)], validate=validate)
