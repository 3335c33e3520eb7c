"""Makes a rule of kind banner fail: the text names the system, and getty would add its version."""

from __future__ import annotations

import shlex
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return the shell script that breaks the rule."""
    return f"printf '%s\\n' 'Debian GNU/Linux 12 \\r \\m' > {shlex.quote(params.path)}\n"
