"""Makes a rule of kind package_holds fail: a package is on hold, and unattended-upgrades leaves all
out.
"""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return (
        "apt-mark -qq hold tzdata\n"
        "echo 'Unattended-Upgrade::Package-Blacklist { \".*\"; };' > /etc/apt/apt.conf.d/99held\n"
    )
