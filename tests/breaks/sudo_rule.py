"""Breaks how narrow the rules of sudoers are, by a rule for an account made for it."""

from __future__ import annotations

from typing import Any

_RULES = {
    "arguments_given": "(daemon) /usr/bin/id",
    "no_all_commands": "(daemon) ALL",
    "no_editors_or_shells": "(daemon) /usr/bin/less /var/log/syslog",
    "no_negation": '(daemon) !/bin/sh ""',
    "no_root_target": "(root) /usr/bin/id -u",
    "no_wildcards": "(daemon) /usr/bin/id *",
    "password_asked": "(daemon) NOPASSWD: /usr/bin/id -u",
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that adds one rule that is too wide."""
    file = f"/etc/sudoers.d/10-broken-{params.aspect.replace('_', '-')}"
    return f"echo 'broken-sudo ALL={_RULES[params.aspect]}' > {file}; chmod 0440 {file}\n"
