"""The repository keeps its shape: small files, and for each kind a check, a role, scenarios and
cases.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tuile.catalog import Kinds, kind_files, platform_of

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path for folder in ("cli", "checks", "roles", "tests") for path in (ROOT / folder).rglob("*.py")
)
KINDS = sorted(Kinds())
WITH_ROLE = [kind for kind in KINDS if not Kinds()[kind].check_only]
LOOKING = [kind for kind in KINDS if not Kinds()[kind].human]
OWN_KERNEL = {"apparmor", "audit_rule", "audit_trail", "modules_sealed", "secure_boot", "usb"}
"""Kinds that look at a kernel that a container does not have: they are broken and put right in the
virtual machine.
"""
FILE_LINES, FUNCTION_LINES = 300, 40
WITH_TEXTS_OR_TABLES = 400
"""Lines of a kind, which holds its texts in two languages, and of a module of tests."""
TYPES = {"string": "str", "integer": "int", "boolean": "bool", "array": "list"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(text: str, most: int = FILE_LINES) -> list[str]:
    """Return what is longer than agreed: the file, or functions without their docstring."""
    lines = text.count("\n")
    found = [f"{lines} lines, not {most} or less"] if lines > most else []
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]
    sizes = {node.name: size(node) for node in functions}
    return found + [
        f"{name}: {count} lines of code" for name, count in sizes.items() if count > FUNCTION_LINES
    ]


def size(function: Function) -> int:
    """Return how many lines a function has, without its decorators and docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def formatted_commands(text: str) -> list[int]:
    """Return the lines on which a command for a host is built by an f-string, `%`, `+` or
    `.format`.
    """
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    runs = [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"run", "check_output"}
    ]
    return [
        call.lineno
        for call in runs
        if call.args and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp, ast.Call))
    ]


def option_of(schema: dict[str, Any]) -> tuple[str, list[Any] | None]:
    """Return the Ansible type and the choices of a field of Params, from its JSON Schema."""
    (one,) = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    choices = one.get("enum")
    return (type(choices[0]).__name__, sorted(choices)) if choices else (TYPES[one["type"]], None)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    """No file of the program has more than 300 lines, and no function more than 40 of code.

    A migration stands alone for good, and is left out.
    """
    inside = path.relative_to(ROOT).parts
    most = FILE_LINES if inside[0] in ("cli", "roles") else WITH_TEXTS_OR_TABLES
    text = path.read_text(encoding="utf-8")
    assert "migrations" in inside or too_long(text, most) == []


def test_what_is_too_long_is_found() -> None:
    """A long file and a long function are found; a docstring does not count."""
    docstring = '    """Say.\n' + "\n" * 30 + '    """\n'
    assert too_long(f"def short():\n{docstring}    return 1\n") == []
    assert too_long("def long():\n" + "    x = 1\n" * 40) == ["long: 41 lines of code"]
    assert too_long("x = 1\n" * 301) == ["301 lines, not 300 or less"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_role_or_says_that_it_has_none(kind: str) -> None:
    """Each kind has a role for both engines, or none at all where no program can put it right."""
    parts = [
        ROOT / "roles/linux" / kind / part
        for part in ("tasks/main.yml", "meta/argument_specs.yml", "deploy.py")
    ]
    assert [part.is_file() for part in parts] == [kind in WITH_ROLE] * len(parts)


@pytest.mark.parametrize("kind", LOOKING)
def test_a_kind_is_tried(kind: str) -> None:
    """Each kind that looks at hosts has a passing and a failing scenario, and a case of what could
    not be seen.
    """
    verdicts = {
        path.suffixes[-2] for path in (ROOT / "tests/scenarios/linux" / kind).glob("*.*.sh")
    }
    assert verdicts >= {".pass", ".fail"} or (
        kind in OWN_KERNEL and (ROOT / "tests/breaks" / f"{kind}.py").is_file()
    )
    cases = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (ROOT / "tests/cases/linux" / kind).glob("*.yaml")
    ]
    assert "error" in {case.get("verdict") for case in cases}


def test_nothing_is_there_without_its_check() -> None:
    """No role, scenario or case belongs to a kind that is not there."""
    folders = [
        path
        for place in ("roles/linux", "tests/scenarios/linux", "tests/cases/linux")
        for path in (ROOT / place).iterdir()
    ]
    names = {path.name for path in folders if path.is_dir() and not path.name.startswith("_")}
    assert names <= set(KINDS)


@pytest.mark.parametrize("kind", WITH_ROLE)
def test_a_role_takes_the_parameters_of_its_check(kind: str) -> None:
    """The fields of Params are the options of the role's rules: same names, types, choices and same
    ones required.
    """
    schema = next(iter(msgspec.json.schema(Kinds()[kind].params)["$defs"].values()))
    fields = {
        name: (*option_of(field), name in schema.get("required", []))
        for name, field in schema["properties"].items()
    }
    specs = yaml.safe_load(
        (ROOT / "roles/linux" / kind / "meta/argument_specs.yml").read_text(encoding="utf-8")
    )
    rules = specs["argument_specs"]["main"]["options"]["tuile_rules"]["options"]
    assert rules.pop("rule")["type"] == "str"
    assert (rules.pop("seen", None) is not None) == Kinds()[kind].role_sees
    options = {
        name: (
            option["type"],
            sorted(option["choices"]) if "choices" in option else None,
            option.get("required", False),
        )
        for name, option in rules.items()
    }
    assert options == fields


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_builds_no_shell(kind: str) -> None:
    """A check quotes by testinfra's %s or asks with a constant: no command is formatted."""
    assert (
        formatted_commands((ROOT / "checks/linux" / f"{kind}.py").read_text(encoding="utf-8")) == []
    )


def test_a_formatted_command_is_found() -> None:
    """Each way to build a command by hand is found, and quoting by testinfra is not taken for one."""
    bad = (
        'host.run(f"cat {x}")',
        'host.run("cat " + x)',
        'host.run("cat %s" % x)',
        'host.run("cat {}".format(x))',
    )
    assert [formatted_commands(line) for line in bad] == [[1]] * len(bad)
    assert formatted_commands('host.run("cat %s", x)') == []


@pytest.mark.parametrize("path", kind_files(ROOT), ids=lambda path: path.stem)
def test_kinds_see_the_core_and_their_platform_only(path: Path) -> None:
    """A kind imports nothing of the program but its pure core, its platform, and the words of a
    POSIX shell.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    allowed = (
        "tuile.policy.",
        f"tuile.platforms.{platform_of(path)}.",
        "tuile.platforms.posix_shell.commands",
    )
    assert [
        name for name in names if name.split(".")[0] == "tuile" and not name.startswith(allowed)
    ] == []
