"""A package is installed, or it is not (pyinfra)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyinfra.api import StringCommand, deploy
from pyinfra.api.command import QuoteString
from pyinfra.operations import apt, server

if TYPE_CHECKING:
    from roles._files.deploy import File, RuleParams

DAY = 86_400
"""Seconds that the package lists stay good."""


@deploy("package")
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001 -- every kind is called alike
    """Remove what nothing else depends on, then install; nothing else is removed, nothing recommended comes along."""
    absent = [rule["name"] for rule in rules if rule["state"] == "absent"]
    present = [rule["name"] for rule in rules if rule["state"] == "present"]
    if absent:
        server.shell(
            name="Packages to remove that nothing else depends on",
            commands=[StringCommand("dpkg", "--simulate", "--remove", *map(QuoteString, absent))],
        )
        apt.packages(name="Packages that must be absent", packages=absent, present=False)
    if present:
        apt.packages(
            name="Packages that must be installed", packages=present, no_recommends=True, update=True, cache_time=DAY
        )
