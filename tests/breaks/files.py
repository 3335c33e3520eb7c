"""How a rule of files is broken: something that fits is made, and given to nobody and to all."""

from __future__ import annotations

from shlex import quote
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a shell script after which one file at least has neither its owner, its group nor its
    mode.
    """
    pattern = params.paths[0]
    made = (
        pattern.rstrip("/") + "/tuile-broken"
        if params.below
        else pattern.replace("*", "tuile-broken")
    )
    make = "mkdir -p" if params.type == "directory" else "touch"
    chown = ":".join(
        ("nobody" if params.owners else "", "nogroup" if params.groups else "")
    ).rstrip(":")
    lines = [f"file={quote(made)}", 'mkdir -p "${file%/*}"', f'[ -e "$file" ] || {make} "$file"']
    lines += [f'chown {chown} "$file"'] * bool(chown) + ['chmod a=rwx "$file"'] * (
        params.mode is not None
    )
    return "\n".join(lines) + "\n"
