"""Finds the kinds: those that ship, and those of the user's own policy repository."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

import tuile
from tuile.former_names import FormerImports
from tuile.policy.attestation import Answer
from tuile.policy.errors import Mistake, Place, PolicyMistakes, Unseen
from tuile.policy.kind import LABEL, Kind, Resources
from tuile.policy.text import Text

FIRST_PLATFORM = "linux"
"""The platform of kinds in `checks/` itself, where all of them were once."""
_FUNCTIONS = ("subject", "wanted")
_TEXTS = ("CHECKED", "PUT_RIGHT")


@cache
def shipped() -> Path:
    """Return the folder that holds `baselines/`, `checks/` and `roles/` of this installation or
    checkout.
    """
    package = Path(tuile.__file__).resolve().parent
    return package / "shipped" if (package / "shipped").is_dir() else package.parents[1]


class Kinds(Mapping[str, Kind]):
    """The kinds of some homes by slug; a module is loaded when it is first asked for.

    The first home wins.
    """

    def __init__(self, *homes: Path) -> None:
        self._paths: dict[str, Path] = {}
        self._loaded: dict[str, Kind] = {}
        for home in homes or (shipped(),):
            for path in kind_files(home):
                other = self._paths.setdefault(path.stem, path)
                if other != path:
                    place = Place(str(path))
                    raise PolicyMistakes(
                        [Mistake(place, f'kind "{path.stem}" is also in {other}', "Rename it.")]
                    )

    def __getitem__(self, slug: str) -> Kind:
        if slug not in self._loaded:
            self._loaded[slug] = load_kind(self._paths[slug])
        return self._loaded[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)


def kind_files(home: Path) -> list[Path]:
    """Return the modules of a home that are kinds (not tests, not `conftest.py`, not private).

    They lie in `checks/<platform>/`, or in `checks/` itself: then they are of the first platform.
    """
    names = sorted([*(home / "checks").glob("*.py"), *(home / "checks").glob("*/*.py")])
    return [path for path in names if not path.name.startswith(("_", "test_", "conftest"))]


def platform_of(path: Path) -> str:
    """Return the platform of the kind whose module this is: the name of its folder in `checks/`."""
    return FIRST_PLATFORM if path.parent.name == "checks" else path.parent.name


def role_of(path: Path) -> Path:
    """Return the folder of the role of the kind whose module this is, beside `checks/`, laid out
    alike.
    """
    checks = path.parent if path.parent.name == "checks" else path.parent.parent
    return checks.parent / "roles" / path.parent.relative_to(checks) / path.stem


def code_digest(home: Path) -> str:
    """Return the sha256 over all files under `checks/` and `roles/` of a home: what its user
    trusts, or not.
    """
    found = hashlib.sha256()
    for folder in ("checks", "roles"):
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                body = hashlib.sha256(path.read_bytes()).hexdigest()
                found.update(f"{path.relative_to(home)}\0{body}\n".encode())
    return found.hexdigest()


def load_kind(path: Path) -> Kind:
    """Load one module of `checks/`, which runs its code.

    Raises:
        PolicyMistakes: it cannot be imported, or lacks a part of the contract of a kind.

    """
    module = _import(path)
    wrong = list(_missing(module))
    if wrong:
        raise PolicyMistakes(
            Mistake(Place(str(path)), what, "See docs/how-to/write-a-kind.md.") for what in wrong
        )
    human = bool(getattr(module, "HUMAN", False))
    return Kind(
        slug=path.stem,
        summary=" ".join((module.__doc__ or "").strip().split("\n\n")[0].split()),
        params=module.Params,
        state=module.State,
        subject=module.subject,
        observe=getattr(module, "observe", _unasked),
        wanted=module.wanted,
        touches=getattr(module, "touches", _nothing),
        edit=getattr(module, "edit", None),
        also_touches=getattr(module, "also_touches", None),
        foresee=getattr(module, "foresee", None),
        role_sees=bool(getattr(module, "ROLE_SEES", False)),
        platform=platform_of(path.resolve()),
        role=str(role_of(path.resolve())),
        checked=module.CHECKED,
        put_right=module.PUT_RIGHT,
        does_not_see=tuple(getattr(module, "DOES_NOT_SEE", ())),
        check_only=human or bool(getattr(module, "CHECK_ONLY", False)),
        human=human,
        final=getattr(module, "final", None),
        leaves=getattr(module, "leaves", None),
        shuts_out=getattr(module, "shuts_out", None),
    )


def params_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of the parameters of a kind, as derived from its `Params`."""
    _, parts = msgspec.json.schema_components([kind.params])
    schema = parts[kind.params.__name__]
    return {**schema, "additionalProperties": False}


# An instance of kind.params
def read_params(kind: Kind, params: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the typed parameters of a rule.

    Raises:
        msgspec.ValidationError: they do not fit.

    """
    return msgspec.convert(dict(params), kind.params)


def state_data(state: Any) -> dict[str, Any]:  # noqa: ANN401 -- an instance of kind.state
    """Return what a kind observed as plain data."""
    data: dict[str, Any] = msgspec.to_builtins(state)
    return data


class _FormerKind(SourceFileLoader):
    """Loads a kind of a policy repository, which may be older than the program."""

    # As importlib calls it
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override] # noqa: ANN401
        """Return the code of a module, its imports led to where things lie now."""
        tree = FormerImports().visit(ast.parse(data, path))
        return compile(
            ast.fix_missing_locations(tree), path, "exec", dont_inherit=True, optimize=_optimize
        )


def _import(path: Path) -> ModuleType:
    name = f"tuile_kind_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}_{path.stem}"
    loader = None if path.is_relative_to(shipped()) else _FormerKind(name, str(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    if spec is None or spec.loader is None:
        raise PolicyMistakes([Mistake(Place(str(path)), "not a Python module")])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up while it is being executed
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        what = f"cannot be imported: {type(error).__name__}: {error}"
        raise PolicyMistakes([Mistake(Place(str(path)), what)]) from error
    return module


def _unasked(_host: object, _params: object) -> None:
    raise Unseen("a person answers for this", "c'est une personne qui en répond")


def _nothing(_params: object) -> Resources:
    return ()


def _missing(module: ModuleType) -> Iterator[str]:
    if not (module.__doc__ or "").strip():
        yield "has no docstring that says what the kind states"
    classes = {name: getattr(module, name, None) for name in ("Params", "State")}
    yield from (
        f"has no dataclass {name}"
        for name, found in classes.items()
        if not dataclasses.is_dataclass(found)
    )
    yield from (
        f"has no function {name}"
        for name in _FUNCTIONS
        if not callable(getattr(module, name, None))
    )
    yield from (
        f"has no text {name} = Text(en=…, fr=…)"
        for name in _TEXTS
        if not _said(getattr(module, name, None))
    )
    blind = getattr(module, "DOES_NOT_SEE", ())
    if not isinstance(blind, tuple) or not all(map(_said, blind)):
        yield "has a DOES_NOT_SEE that is not a tuple of Text(en=…, fr=…)"
    yield from _wrong_about_work(module)
    state = classes["State"]
    for field in dataclasses.fields(state) if dataclasses.is_dataclass(state) else ():
        if LABEL not in field.metadata:
            yield f"State.{field.name} is not declared with said(en, fr)"


def _said(text: object) -> bool:
    return isinstance(text, Text) and bool(text.en.strip()) and bool(text.fr.strip())


def _wrong_about_work(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with who looks, and who puts it right: a role that says what it touches,
    or a person.
    """
    human = getattr(module, "HUMAN", False)
    alone = human or getattr(module, "CHECK_ONLY", False)
    if not human and not callable(getattr(module, "observe", None)):
        yield "has no function observe"
    if human and getattr(module, "State", None) is not Answer:
        yield "is HUMAN, and its State is not tuile.policy.attestation.Answer"
    if not alone and not callable(getattr(module, "touches", None)):
        yield "has no function touches, and does not say CHECK_ONLY = True"
    if alone:
        parts = (name for name in ("touches", "edit") if hasattr(module, name))
        yield from (f"is checked only, and has a function {name}" for name in parts)
