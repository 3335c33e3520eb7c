"""Resources by what the store calls them, whichever platform they belong to."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import tuile.platforms
from tuile.policy.change.resource import Resource, ResourceType


def read(written: str) -> Resource:
    """Return the resource that is written as its `str` is: "file=/etc/issue"."""
    slug, _, name = written.partition("=")
    return named(slug, name)


def named(slug: str, name: str) -> Resource:
    """Return the resource that the store, or the program on a host, calls by a type and a name.

    One of a type that is not known here keeps its name: what an older version kept can be shown.
    """
    known = _types().get(slug, ())
    of_this_name = [one for one in known if name in one.names]
    of_any_name = [one for one in known if not one.names]
    return (*of_this_name, *of_any_name, ResourceType(slug))[0](name)


@cache
def _types() -> dict[str, list[ResourceType]]:
    """Return the types by slug; of several with one slug, that which its module defines first."""
    found: dict[str, list[ResourceType]] = {}
    for module in _modules():
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, ResourceType) and value not in found.get(value.slug, ()):
                found.setdefault(value.slug, []).append(value)
    return found


def _modules() -> Iterator[str]:
    """Yield the modules that define types: those in `resources/` of each platform."""
    for platform in pkgutil.iter_modules(tuile.platforms.__path__, "tuile.platforms."):
        package = importlib.import_module(platform.name) if platform.ispkg else None
        for path in package.__path__ if package is not None else ():
            inside = f"{platform.name}.resources"
            yield from (
                one.name for one in pkgutil.iter_modules([f"{path}/resources"], f"{inside}.")
            )
