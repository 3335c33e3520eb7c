"""Every file that fits some patterns, or lies below them, has its owner, group and mode (pyinfra)."""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, run_each

PUT_RIGHT = Path(__file__).parent / "files" / "put-right.sh"


@deploy("files")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Give files to their owners and groups, and narrow their modes."""
    run_each(
        "Owner, group and mode of what fits", PUT_RIGHT, [(rule, _words(rule)) for rule in rules]
    )


def _words(rule: RuleParams) -> tuple[str, ...]:
    look = ("d" if rule.get("type") == "directory" else "f", "64" if rule.get("below") else "0")
    names = (",".join(rule.get(name) or ()) for name in ("owners", "groups"))
    return (*look, rule.get("mode") or "", *names, *rule["paths"])
