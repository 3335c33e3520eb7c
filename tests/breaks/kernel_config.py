"""How a rule of kernel_config is broken: another kernel's configuration is told."""

from __future__ import annotations

from shlex import quote
from typing import Any


def script(params: Any) -> str:  # noqa: ANN401 -- the kind's Params
    """Return a shell script after which the first option has another value."""
    name, value = next(iter(params.options.items()))
    other = "y" if value == "n" else "n"
    line = quote(f"{name}={other}")
    return (
        f'file="/boot/config-$(uname -r)"; sed -i "/^{name}=/d" "$file"; printf "%s\\n" {line} >>'
        ' "$file"\n'
    )
