"""Works out `{{ … }}` in the variables of an inventory as Ansible does, in a sandbox that can start
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tuile.workspace.inventory.filters import FILTERS, NAMESPACE, TESTS

Data = Any
"""Whatever an inventory holds: text, numbers, lists, mappings."""
OMIT = "__omit_place_holder__"
ENCRYPTED = "__ansible_vault"
_LOOKUPS = frozenset({"lookup", "query", "q"})
_MAGIC = frozenset({"groups", "hostvars", "omit", "vars"})
_DEEP = 20
_LONG = 2**16


class Unworkable(ValueError):
    """What cannot be worked out, in words; `lookup` names the plugin of Ansible that would have to
    run.
    """

    def __init__(self, words: str, lookup: str = "") -> None:
        super().__init__(words)
        self.lookup = lookup


@dataclass(frozen=True)
class Fields:
    """All that the templates of an inventory may refer to."""

    hosts: Mapping[str, Mapping[str, Data]]
    """The variables of each host as they are written, magic ones included."""
    groups: Mapping[str, list[str]]
    decrypt: Callable[[str], str] = field(default=lambda _: "")

    def of(self, host: str) -> _Scope:
        """Return the variables of a host; each is worked out when it is asked for."""
        return _Scope(self, host, 0)


class _Undefined(StrictUndefined):
    """A name that nobody defined; so is what would be in it, as in Ansible."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- jinja's signature
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Any:  # noqa: ANN401 -- the same
        return self


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with Ansible's filters, in which nothing grows without bound."""

    def __init__(self) -> None:
        super().__init__(
            undefined=_Undefined, autoescape=False, trim_blocks=True, finalize=_nothing_is_empty
        )
        self.intercepted_binops = frozenset({"*", "**"})
        for own, ours in ((self.filters, FILTERS), (self.tests, TESTS)):
            own.update({f"{NAMESPACE}{name}": pure for name, pure in {**own, **ours}.items()})
            own.update(ours)
        self.globals.pop("lipsum", None)

    # Jinja's own
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Multiply, within bounds."""
        sizes = [len(one) if hasattr(one, "__len__") else abs(one) for one in (left, right)]
        if operator == "**" or sizes[0] * sizes[1] > _LONG:
            raise SecurityError("it would grow without bound")
        return super().call_binop(context, operator, left, right)


class _Scope(Mapping[str, Data]):
    """The variables of one host as a mapping."""

    def __init__(self, fields: Fields, host: str, depth: int) -> None:
        self._fields, self._host, self._depth = fields, host, depth
        self._written = fields.hosts[host]

    def __getitem__(self, name: str) -> Data:
        return self.worked_out(self._written[name], self._depth)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def plain(self, name: str) -> Data:
        """Return a variable worked out, as plain lists and dictionaries.

        Raises:
            Unworkable: in words.

        """
        return _plain(self[name])

    def worked_out(self, value: Data, depth: int = 0) -> Data:
        """Return a value with all templates in it filled in.

        Raises:
            Unworkable: in words.

        """
        if depth > _DEEP:
            raise Unworkable("it refers to itself")
        if isinstance(value, Mapping):
            if ENCRYPTED in value:
                return self._fields.decrypt(str(value[ENCRYPTED]))
            return value if isinstance(value, _Scope) else _Inner(self, value, depth)
        if isinstance(value, list):
            return [self.worked_out(item, depth) for item in value]
        if not isinstance(value, str) or ("{{" not in value and "{%" not in value):
            return value
        try:
            return self._fill(value, depth)
        except (TemplateError, TypeError, KeyError, LookupError, ArithmeticError) as error:
            raise Unworkable(_in_words(error)) from error

    def _fill(self, text: str, depth: int) -> Data:
        if len(text) > _LONG:
            raise Unworkable("it is too long")
        tree = _SANDBOX.parse(text)
        names = meta.find_undeclared_variables(tree)
        if names & _LOOKUPS:
            raise Unworkable(
                "it asks a lookup of Ansible, which is a program", lookup=_lookup(tree)
            )
        known = {
            name: self._named(name, depth)
            for name in names
            if name in _MAGIC or name in self._written
        }
        if not (_is_expression(tree) and text.startswith("{{")):
            return _SANDBOX.from_string(text).render(known)
        inner = text.removeprefix("{{").removesuffix("}}").strip("-+ \n\t")
        found = _SANDBOX.compile_expression(inner, undefined_to_none=False)(**known)
        return str(found) if isinstance(found, Undefined) else found  # says what is undefined

    def _named(self, name: str, depth: int) -> Data:
        if name == "hostvars":
            return _HostVars(self._fields, depth + 1)
        if name == "groups":
            return self._fields.groups
        if name == "omit":
            return OMIT
        if name == "vars":
            return _Scope(self._fields, self._host, depth + 1)
        return self.worked_out(self._written[name], depth + 1)


class _Inner(Mapping[str, Data]):
    """A mapping among the variables of a host, worked out piece by piece."""

    def __init__(self, scope: _Scope, written: Mapping[str, Data], depth: int) -> None:
        self._scope, self._written, self._depth = scope, written, depth

    def __getitem__(self, name: str) -> Data:
        return self._scope.worked_out(self._written[name], self._depth)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __repr__(self) -> str:
        return repr(dict(self))


class _HostVars(Mapping[str, Data]):
    """`hostvars`: the variables of each host."""

    def __init__(self, fields: Fields, depth: int) -> None:
        self._fields, self._depth = fields, depth

    def __getitem__(self, host: str) -> Data:
        if host not in self._fields.hosts:
            raise KeyError(host)
        return _Scope(self._fields, host, self._depth)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields.hosts)

    def __len__(self) -> int:
        return len(self._fields.hosts)


def _plain(value: Data) -> Data:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _is_expression(tree: nodes.Template) -> bool:
    """Return whether a template is one `{{ … }}` and nothing else, whose value keeps its type."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output):
        return False
    parts = tree.body[0].nodes
    return len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData)


def _lookup(tree: nodes.Template) -> str:
    """Return the name of the first lookup that a template asks."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _LOOKUPS:
            return (
                str(call.args[0].value)
                if call.args and isinstance(call.args[0], nodes.Const)
                else "?"
            )
    return "?"


def _nothing_is_empty(value: Any) -> Any:  # noqa: ANN401 -- jinja's signature
    return "" if value is None else value


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error}"
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


_SANDBOX = _Sandbox()
