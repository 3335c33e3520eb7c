"""Breaks what a module of PAM must be."""

from __future__ import annotations

import shlex
from typing import Any

_PROFILES = (
    'profiles=$(cd /usr/share/pam-configs; grep -l -- {module} * || :); [ -z "$profiles" ] || '
    "DEBIAN_FRONTEND=noninteractive pam-auth-update --disable $profiles\n"
)


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that takes the module out of its stack, or its arguments where the stack
    needs the module.
    """
    path = shlex.quote(f"/etc/pam.d/{params.service}")
    line = rf"^-?{params.type}[[:space:]].*[[:space:]]{params.module}([[:space:]]|$)"
    if params.module == "pam_unix.so":
        names = (
            "|".join(asked.partition("=")[0].rstrip("<>") for asked in params.arguments)
            or "none-of-these"
        )
        worse = f"s/[[:space:]]+({names})(=[^[:space:]]*)?//g; s/$/ {' '.join(params.without)}/"
        return f"sed -E -i {shlex.quote(f'/{line}/{{{worse}}}')} {path}\n"
    if params.service.startswith("common-"):
        return _PROFILES.format(module=shlex.quote(params.module))
    return f"sed -E -i {shlex.quote(f'/{line}/d')} {path}\n"
