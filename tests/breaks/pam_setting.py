"""Breaks a setting of a PAM module by a line in its file that counts instead."""

from __future__ import annotations

from shlex import quote
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which the file says otherwise; a flag is taken out."""
    path = f"/etc/security/{params.module}.conf"
    if (
        params.key == "dictcheck"
    ):  # it counts where there is a dictionary only, which comes with a package
        return (
            f"apt-get -qq -y install cracklib-runtime >/dev/null; echo 'dictcheck = 0' >> {path}\n"
        )
    if params.value == "yes":
        return f"touch {path}; sed -i '/^{params.key}/d' {path}\n"
    if params.value.startswith("/"):
        return f"echo '{params.key} = /var/tmp' >> {path}\n"
    worse = {"at_least": -1, "at_most": 1}.get(params.compare, 1)
    return f"printf '%s\\n' {quote(f'{params.key} = {int(params.value) + worse}')} >> {path}\n"
