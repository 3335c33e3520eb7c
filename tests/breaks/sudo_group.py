"""Breaks the rule on who can start sudo: as the package ships it.

The login is of the group, or none could.
"""

from __future__ import annotations

import shlex
from typing import Any

_BREAK = """
grep -v ' /usr/bin/sudo$' /var/lib/dpkg/statoverride >/var/lib/dpkg/statoverride.new || :
mv /var/lib/dpkg/statoverride.new /var/lib/dpkg/statoverride
chown root:root /usr/bin/sudo
chmod 4755 /usr/bin/sudo
for name in deploy ops; do id -u "$name" >/dev/null 2>&1 && usermod -a -G {group} "$name" || :; done
"""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which everybody can start sudo."""
    return _BREAK.format(group=shlex.quote(params.group))
