"""A kernel parameter has a value, in the running kernel and after a reboot (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_each

SET = Path(__file__).parent / "files" / "set.sh"


@deploy("sysctl")
def apply(rules: list[RuleParams], files: list[File]) -> None:
    """Put the drop-in in place, then set the running values."""
    put_files(files)
    calls = [
        (rule, (rule["key"], rule["value"], *_own_keys(rule))) for rule in sorted(rules, key=_turn)
    ]
    run_each("Values in the running kernel", SET, calls)


def _own_keys(rule: RuleParams) -> list[str]:
    """Return the keys of interfaces that were seen with another value ("key = value")."""
    return [entry.partition(" = ")[0] for entry in rule["seen"]["interfaces"]]


def _turn(rule: RuleParams) -> tuple[bool, str]:
    """Return when a key is set: forwarding first, as to switch it resets others (ip-sysctl in the
    kernel's docs).
    """
    return "forward" not in rule["key"], rule["key"]
