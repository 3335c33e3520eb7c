"""The filters and tests of Ansible that inventories use, as pure functions for a sandbox.

Source: Ansible documentation, "Using filters to manipulate data" and "Tests".
"""

from __future__ import annotations

import base64
import json
import os.path
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Undefined

from tuile.workspace.inventory.truth import truth

Pure = Callable[..., Any]


def _ternary(value: object, yes: object, no: object, none: object = None) -> object:
    if value is None and none is not None:
        return none
    return yes if value else no


# Any value, returned as it is
def _mandatory(value: Any, message: str = "") -> Any:  # noqa: ANN401
    if isinstance(value, Undefined):
        # Words for a user
        raise ValueError(message or "a mandatory variable is not defined")  # noqa: TRY004
    return value


def _replace(
    value: object, pattern: str, by: str = "", *_: object, ignorecase: bool = False, **__: object
) -> str:
    return re.sub(pattern, by, str(value), flags=re.IGNORECASE if ignorecase else 0)


def _search(
    value: object, pattern: str, *groups: str, ignorecase: bool = False, **__: object
) -> object:
    found = re.search(pattern, str(value), re.IGNORECASE if ignorecase else 0)
    if found is None or not groups:
        return found and found[0]
    names = [re.sub(r"^\\g?<?|>$", "", name) for name in groups]
    return [found[int(name) if name.isdecimal() else name] for name in names]


def _combine(*those: Mapping[str, Any], recursive: bool = False, **_: object) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for one in those:
        for key, value in one.items():
            old = merged.get(key)
            both = recursive and isinstance(old, Mapping) and isinstance(value, Mapping)
            merged[key] = _combine(old or {}, value, recursive=True) if both else value
    return merged


def _flatten(items: Iterable[Any], levels: int | None = None, **_: object) -> list[Any]:
    found: list[Any] = []
    for item in items:
        deeper = isinstance(item, list | tuple) and levels != 0
        found += _flatten(item, None if levels is None else levels - 1) if deeper else [item]
    return found


# Any data of an inventory
def _extract(key: Any, container: Any, more: Any = None) -> Any:  # noqa: ANN401
    found = container[key]
    for one in () if more is None else more if isinstance(more, list) else [more]:
        found = found[one]
    return found


FILTERS: Mapping[str, Pure] = {
    "b64decode": lambda text: base64.b64decode(text).decode(),
    "b64encode": lambda text: base64.b64encode(str(text).encode()).decode(),
    "basename": lambda path: os.path.basename(str(path)),  # noqa: PTH119 -- "a/" is "" here
    "bool": lambda value: value if value is None else truth(value),
    "combine": _combine,
    "dict2items": lambda data, key_name="key", value_name="value": [
        {key_name: key, value_name: value} for key, value in data.items()
    ],
    "difference": lambda one, other: [item for item in one if item not in other],
    "dirname": lambda path: os.path.dirname(str(path)),  # noqa: PTH120 -- the same
    "expanduser": lambda path: os.path.expanduser(str(path)),  # noqa: PTH111 -- the same
    "extract": _extract,
    "flatten": _flatten,
    "from_json": json.loads,
    "intersect": lambda one, other: [item for item in one if item in other],
    "items2dict": lambda items, key_name="key", value_name="value": {
        item[key_name]: item[value_name] for item in items
    },
    "mandatory": _mandatory,
    "path_join": lambda parts: os.path.join(*([parts] if isinstance(parts, str) else parts)),  # noqa: PTH118
    "quote": lambda text: shlex.quote(str(text)),
    "regex_escape": lambda text, *_: re.escape(str(text)),
    "regex_findall": lambda text, pattern, *_: re.findall(pattern, str(text)),
    "regex_replace": _replace,
    "regex_search": _search,
    "split": lambda text, by=None, most=-1: str(text).split(by, most),
    "splitext": lambda path: os.path.splitext(str(path)),  # noqa: PTH122 -- the same
    "ternary": _ternary,
    "to_json": lambda value, **_: json.dumps(value),
    "union": lambda one, other: list(dict.fromkeys([*one, *other])),
}
TESTS: Mapping[str, Pure] = {
    "contains": lambda container, item: item in container,
    "falsy": lambda value, convert_bool=False: not (truth(value) if convert_bool else value),
    "match": lambda text, pattern, **_: bool(re.match(pattern, str(text))),
    "regex": lambda text, pattern, **_: bool(re.search(pattern, str(text))),
    "search": lambda text, pattern, **_: bool(re.search(pattern, str(text))),
    "subset": lambda one, other: all(item in other for item in one),
    "superset": lambda one, other: all(item in one for item in other),
    "truthy": lambda value, convert_bool=False: bool(truth(value) if convert_bool else value),
}
NAMESPACE = "ansible.builtin."
"""What may stand before the name of any of them."""
