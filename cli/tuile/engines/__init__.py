"""The engines that put rules right, behind one protocol; each runs in a subprocess."""

from __future__ import annotations

from tuile.engines.interface import Engine
from tuile.policy.errors import Usage, did_you_mean

NAMES = ("pyinfra", "ansible")


def engine(name: str) -> Engine:
    """Return the engine of this name.

    Raises:
        Usage: there is no such engine.

    """
    if name == "ansible":
        from tuile.engines.ansible import (  # noqa: PLC0415 -- only the engine that is asked for
            Ansible,
        )

        return Ansible()
    if name == "pyinfra":
        from tuile.engines.pyinfra import Pyinfra  # noqa: PLC0415 -- the same

        return Pyinfra()
    raise Usage(f'there is no engine "{name}". {did_you_mean(name, NAMES)}')
