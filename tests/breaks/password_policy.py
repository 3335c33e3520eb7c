"""Breaks the policy of passwords: for new accounts, and for one made for it."""

from __future__ import annotations

from typing import Any

_MAKE = (
    "id broken-days >/dev/null 2>&1 || useradd -M -s /bin/sh broken-days; usermod -p"
    " '$y$j9T$lab$broken' broken-days; "
)
_SCRIPTS = {
    "max_days": (
        "chage -M 99999 broken-days; sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 99999/'"
        " /etc/login.defs"
    ),
    "min_days": (
        "chage -m 0 broken-days; sed -i 's/^PASS_MIN_DAYS.*/PASS_MIN_DAYS 0/' /etc/login.defs"
    ),
    "warn_days": (
        "chage -W 0 broken-days; sed -i 's/^PASS_WARN_AGE.*/PASS_WARN_AGE 0/' /etc/login.defs"
    ),
    "inactive": "chage -I -1 broken-days; sed -i '/^INACTIVE=/d' /etc/default/useradd",
    "hashing": "sed -i 's/^ENCRYPT_METHOD.*/ENCRYPT_METHOD MD5/' /etc/login.defs",
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which new accounts, and one that is there, are not as they must be."""
    return f"{_MAKE}{_SCRIPTS[params.setting]}\n"
