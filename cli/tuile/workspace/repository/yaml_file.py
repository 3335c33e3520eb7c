"""One YAML file with the line of every value; what could hurt (aliases, doubled keys) is a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from tuile.policy.errors import Mistake, Place

Path_ = tuple[str | int, ...]
_LIMIT = 4 * 2**20


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C one where it was built
    """Safe YAML without dates: `until: 2027-02-28` stays text, as JSON Schema knows it."""

    yaml_implicit_resolvers: ClassVar = {
        first: [
            (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass
class YamlFile:
    """The data of a file, and where each part of it stands."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    written: dict[Path_, str] = field(default_factory=dict)
    """Scalars as they are written: "0640" where the data has 416."""
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, *path: str | int) -> Place:
        """Return where a value stands; where it is missing, the nearest part that contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return Place(self.file, self.lines.get(path, 0))

    def wrong(self, path: Path_, what: str, advice: str = "", rule: str = "") -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.place(*path), what, advice, rule))


def read_yaml(path: Path) -> YamlFile:
    """Read a file; syntax errors, aliases and doubled keys are in its `mistakes`, and its data is
    then None.
    """
    found = YamlFile(shown(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        found.wrong((), f"cannot be read: {error.strerror}")
        return found
    if len(raw) > _LIMIT:
        found.wrong((), f"is larger than {_LIMIT // 2**20} MiB")
        return found
    loader = _Loader(raw)
    try:
        node = loader.get_single_node()
        if node is not None:
            _locate(node, (), found, set())
        if not found.mistakes:
            found.data = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        found.mistakes.append(
            Mistake(Place(found.file, mark.line + 1 if mark else 0), f"not valid YAML: {problem}")
        )
    except (ValueError, UnicodeError) as error:
        found.wrong((), f"not valid YAML: {error}")
    finally:
        loader.dispose()
    return found


def wants_signed_inventories(name: str, body: bytes) -> bool:
    """Return whether a file of a repository is a baseline that demands that its inventories are
    signed too.
    """
    if not name.startswith("baselines/") or not name.endswith((".yaml", ".yml")):
        return False
    try:
        data = yaml.load(body, Loader=_Loader)  # noqa: S506 -- it is a safe one
    except (yaml.YAMLError, ValueError):
        return False  # reading it as a baseline says what is wrong
    return isinstance(data, dict) and data.get("inventories") == "signed"


def _locate(node: yaml.Node, path: Path_, found: YamlFile, seen: set[int]) -> None:
    line = node.start_mark.line + 1
    found.lines[path] = line
    if id(node) in seen:
        found.mistakes.append(
            Mistake(Place(found.file, line), "an alias (*name)", "Write the value out.")
        )
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        found.written[path] = node.value
    for key, child in _children(node, found):
        _locate(child, (*path, key), found, seen)


def _children(node: yaml.Node, found: YamlFile) -> Iterator[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            key.tag = "tag:yaml.org,2002:str"  # YAML 1.1 would read the key `off` as false
            name = key.value if isinstance(key, yaml.ScalarNode) else str(key.start_mark)
            if name in names:
                what = f'"{name}" is given twice'
                found.mistakes.append(
                    Mistake(Place(found.file, key.start_mark.line + 1), what, "Keep one of them.")
                )
            names.add(name)
            yield name, value


def shown(path: Path) -> str:
    """Return a path as a person would write it: relative where it is below the working directory."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
