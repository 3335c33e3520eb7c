"""Makes a rule of kind shared_folder fail: a folder is shared with everybody, root's rights
included.
"""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return "echo '/srv *(rw,no_root_squash)' >> /etc/exports\n"
