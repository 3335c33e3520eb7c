"""A control group of its own for each host: without, hosts would take each other's units for
theirs.
"""

from __future__ import annotations

import time
from pathlib import Path

TOP = Path("/sys/fs/cgroup")
ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"'
"""The script that enters the groups named before `--` and becomes the command named after it."""


def groups(name: str) -> list[Path]:
    """Return the folders of a host's group: one where the machine has one hierarchy, two where it
    still has both.
    """
    roots = [
        root for root in (TOP, TOP / "systemd", TOP / "unified") if (root / "cgroup.procs").exists()
    ]
    return [root / f"tuile-lab-{name}" for root in roots]


def entering(name: str, argv: list[str]) -> list[str]:
    """Make the host's group and return the command that runs another inside it."""
    for group in groups(name):
        group.mkdir(exist_ok=True)
    return ["sh", "-c", ENTER, "sh", *map(str, groups(name)), "--", *argv]


def remove(group: Path) -> None:
    """Remove a group whose processes were killed; the kernel may need a moment to see that they are
    gone.
    """
    for _ in range(100):
        inner = sorted(
            (path for path in group.rglob("*/") if path.is_dir()), key=lambda path: -len(path.parts)
        )
        try:
            for path in [*inner, group]:
                path.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
