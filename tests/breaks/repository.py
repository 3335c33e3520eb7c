"""Makes a rule of kind repository fail: apt takes what nobody signed, or a source is from
elsewhere.
"""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return the shell script that breaks the rule; what a program may not decide is not among it."""
    if params.allowed or params.https:
        return (
            "echo 'deb http://packages.invalid/debian stable main' >"
            " /etc/apt/sources.list.d/elsewhere.list\n"
        )
    return "echo 'APT::Get::AllowUnauthenticated \"true\";' > /etc/apt/apt.conf.d/99unsigned\n"
