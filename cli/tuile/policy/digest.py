"""Canonical JSON and its sha256. The form is stored for years: change it only with a migration."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum, IntEnum
from typing import Any

from tuile.policy.condition import Condition
from tuile.policy.errors import Place

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: Any) -> Any:  # noqa: ANN401 -- any value of the core to plain JSON data
    """Return a value of the core as plain data: places are left out, enums by name, conditions with
    their `op`.
    """
    match value:
        case IntEnum():
            found: Any = value.name
        case Enum():
            found = value.value
        case date():
            found = value.isoformat()
        case Mapping():
            found = {str(key): plain(item) for key, item in value.items()}
        case AbstractSet():
            found = sorted(plain(item) for item in value)
        case list() | tuple():
            found = [plain(item) for item in value]
        case _:
            found = (
                _fields(value)
                if dataclasses.is_dataclass(value) and not isinstance(value, type)
                else value
            )
    return found


def canonical(value: Any) -> bytes:  # noqa: ANN401 -- see plain
    """Return the one JSON text of a value: keys sorted, no spaces, UTF-8, surrogates escaped."""
    return dumped(plain(value))


def dumped(data: Any) -> bytes:  # noqa: ANN401 -- plain JSON data
    """Return the canonical JSON of data that is plain already."""
    return _ENCODER.encode(data).encode("utf-8", "backslashreplace")


def digest(value: Any) -> str:  # noqa: ANN401 -- see plain
    """Return the sha256, in hexadecimal, of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 -- any dataclass
    data = {
        field.name: plain(item)
        for field in dataclasses.fields(value)
        if not isinstance(item := getattr(value, field.name), Place)
    }
    return {"op": value.op, **data} if isinstance(value, Condition) else data
