"""A package is installed, or it is not (pyinfra)."""

from __future__ import annotations

from pyinfra.api.deploy import deploy
from pyinfra.operations import apt

from roles._files.deploy import File, RuleParams, run

DAY = 86_400
"""Seconds that the package lists stay good."""
PATIENTLY = "-o DPkg::Lock::Timeout=100"
"""Another apt is waited for, for less than the time after which a host puts itself back."""


@deploy("package")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Remove what nothing else depends on, then install; nothing else is removed, nothing
    recommended comes along.
    """
    absent = [rule["name"] for rule in rules if rule["state"] == "absent"]
    present = [
        name
        for rule in rules
        if rule["state"] == "present"
        for name in (rule["name"], *(rule.get("needs") or ()))
    ]
    if absent:
        run(
            "Packages to remove that nothing else depends on",
            "dpkg",
            "--simulate",
            "--remove",
            *absent,
        )
        apt.packages(
            name="Packages that must be absent",
            packages=absent,
            present=False,
            extra_uninstall_args=PATIENTLY,
        )
    if present:
        apt.packages(
            name="Packages that must be installed",
            packages=present,
            no_recommends=True,
            update=True,
            cache_time=DAY,
            extra_install_args=PATIENTLY,
        )
