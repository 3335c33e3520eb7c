"""What of an inventory is executed when it is read, rather than read as data."""

from __future__ import annotations

import re
from pathlib import Path

from tuile.inventory.remember import files_of, is_script

_LOADS_CODE = re.compile(
    rb"^\s*\w*(plugin|librar|module|collection|roles_path|vault|callback|script|executable|strategy|interpreter)\w*\s*[=:]",
    re.IGNORECASE | re.MULTILINE,
)
"""Settings of ansible.cfg that name code, or programs to ask."""


def programs(source: str) -> list[Path]:
    """Return the files that Ansible would execute to read an inventory: scripts, and settings that name code."""
    found = (path for path in files_of(source) if path.exists())
    return [path.resolve() for path in found if is_script(path) or _names_code(path)]


def _names_code(path: Path) -> bool:
    return path.name in ("ansible.cfg", ".ansible.cfg") and bool(_LOADS_CODE.search(path.read_bytes()))
