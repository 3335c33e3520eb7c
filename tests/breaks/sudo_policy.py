"""Breaks what sudo reads and obeys, in one respect, by a file or a line for an account made for it."""

from __future__ import annotations

from typing import Any

_SCRIPTS = {
    "own_files": (
        "echo '# nothing' > /etc/sudoers.d/10-broken-writable; chmod 0666"
        " /etc/sudoers.d/10-broken-writable"
    ),
    "settings_safe": (
        "echo 'Defaults:broken-sudo targetpw' > /etc/sudoers.d/10-broken-setting; "
        "chmod 0440 /etc/sudoers.d/10-broken-setting"
    ),
    "tags_safe": (
        "echo 'broken-sudo ALL=(daemon) SETENV: /usr/bin/id -u' > /etc/sudoers.d/10-broken-tag; "
        "chmod 0440 /etc/sudoers.d/10-broken-tag"
    ),
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which sudo is not as it must be in one respect."""
    return f"{_SCRIPTS[params.aspect]}\n"
