"""Where Tuile keeps things on the machine that it runs on; XDG folders, or what the environment
says.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_state_path


def cache() -> Path:
    """Return the folder of what can be made again."""
    return user_cache_path("tuile")


def state() -> Path:
    """Return the folder of what must not be lost: the store, trust, the engines' logs."""
    return user_state_path("tuile")


def store() -> Path:
    """Return the file of the store: `TUILE_STORE`, or `tuile.db` in the state folder."""
    return Path(os.environ.get("TUILE_STORE") or state() / "tuile.db")


def trust() -> Path:
    """Return the file of trusted repositories."""
    return state() / "trusted"


def snapshots() -> Path:
    """Return the folder of copies of policy repositories, as they were verified."""
    return state() / "snapshots"


def authority() -> Path:
    """Return the folder that says whose signatures count here: `TUILE_AUTHORITY`, or /etc/tuile;
    root's, either way.
    """
    return Path(os.environ.get("TUILE_AUTHORITY") or "/etc/tuile")


def logs(run: str) -> Path:
    """Return the folder for the logs of one apply, made private."""
    folder = state() / "logs" / run
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
