"""Breaks a setting in a configuration file by a line that counts instead."""

from __future__ import annotations

from shlex import quote
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which the file, or a drop-in of it, says otherwise; a wanted flag is
    taken out.
    """
    path = (
        f"{params.drop_ins}/50-broken.conf"
        if params.drop_ins and not params.first_wins
        else params.file
    )
    place, key = quote(path), params.key.replace(".", "[.]")
    begin = f'mkdir -p "$(dirname {place})"\ntouch {place}\n'
    if params.format == "flag":
        add = f"printf '%s\\n' {quote(params.key)} >> {place}\n" if params.value == "no" else ""
        return (
            f"{begin}sed -E -i {quote(rf'/^[[:space:]]*{key}[[:space:]]*($|#)/d')} {place}\n{add}"
        )
    line = _line(params)
    if params.first_wins:
        return (
            f"{begin}{{ printf '%s\\n' {quote(line)}; cat {place}; }} > {place}.new\ncat"
            f" {place}.new > {place}\n"
        )
    return f"{begin}printf '%s\\n' {quote(line)} >> {place}\n"


def _line(params: Any) -> str:  # noqa: ANN401 -- the same
    other = _other(params)
    match params.format:
        case "ini" if params.section:
            return f"[{params.section}]\n{params.key}={other}"
        case "space":
            return f"{params.key} {other}"
        case "ini":
            return f"{params.key}={other}"
        case _:
            return (
                f"{params.key} = {other}"
                if not params.file.startswith("/etc/default/")
                else f"{params.key}={other}"
            )


def _other(params: Any) -> str:  # noqa: ANN401 -- the same
    value = params.value
    if params.compare == "subset_of":
        return f"{value},broken"
    if params.compare == "at_most":
        return str(int(value) + 1)
    if params.compare == "at_least":
        return str(int(value) - 1)
    if params.compare == "equals" and value.isdigit():
        return value[:-1] + str(
            (int(value[-1]) + 1) % 8
        )  # of a mode or umask, octal digits stay what they are
    return {"yes": "no", "no": "yes"}.get(value, "broken")
