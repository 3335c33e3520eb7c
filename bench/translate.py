"""From a rule to what people write for stock testinfra and for goss: idiomatic, and about the very
same thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rules import Rule

EFFECTIVE = "/run/sshd-effective"
"""Where `sshd -T` is kept for goss, once, before it is run: it has no words for one command and
many results.
"""
_TESTINFRA_HEAD = '''"""The rules as tests of stock testinfra."""

import pytest


@pytest.fixture(scope="module")
def sshd(host):
    return host.run("sshd -T").stdout.splitlines()


'''


def testinfra(rules: Iterable[Rule]) -> str:
    """Return a module of tests; the name of each is the id of its rule, with underscores."""
    return _TESTINFRA_HEAD + "\n\n".join(_test(rule) for rule in rules)


def test_name(rule_id: str) -> str:
    """Return the name of the test of a rule."""
    return f"test_{rule_id.replace('-', '_')}"


def goss(rules: Iterable[Rule]) -> dict[str, dict[str, Any]]:
    """Return the content of goss.yaml; each resource is called by the id of its rule, and `title`
    repeats it.
    """
    document: dict[str, dict[str, Any]] = {}
    for rule in rules:
        section, key, body = _GOSS[rule["kind"]](rule["id"], rule["params"])
        document.setdefault(section, {})[key] = {"title": rule["id"], **body}
    return document


def _test(rule: Rule) -> str:
    lines = "\n".join(f"    {line}" for line in _TESTINFRA[rule["kind"]](rule["params"]))
    fixture = "sshd" if rule["kind"] == "sshd_option" else "host"
    return f"def {test_name(rule['id'])}({fixture}):\n{lines}\n"


def _sysctl_test(params: Mapping[str, Any]) -> list[str]:
    return [f"assert str(host.sysctl({params['key']!r})) == {params['value']!r}"]


def _file_test(params: Mapping[str, Any]) -> list[str]:
    lines = [f"file = host.file({params['path']!r})"]
    if params.get("exists", True) is False:
        return [*lines, "assert not file.exists"]
    what = "is_directory" if params.get("type") == "directory" else "is_file"
    lines += ["assert file.exists", f"assert file.{what}"]
    lines += [f"assert file.mode & ~0o{params['mode']} == 0"] if params.get("mode") else []
    lines += [f"assert file.user == {params['owner']!r}"] if params.get("owner") else []
    return lines + (
        [f"assert file.group in {tuple(params['group'])!r}"] if params.get("group") else []
    )


def _package_test(params: Mapping[str, Any]) -> list[str]:
    wanted = "" if params["state"] == "present" else "not "
    return [f"assert {wanted}host.package({params['name']!r}).is_installed"]


def _service_test(params: Mapping[str, Any]) -> list[str]:
    asked = {"is_enabled": params.get("enabled"), "is_running": params.get("running")}
    lines = [
        f"assert {'' if yes else 'not '}service.{name}"
        for name, yes in asked.items()
        if yes is not None
    ]
    name = params["name"].removesuffix(
        ".service"
    )  # with it, testinfra cannot tell of a unit that is not there
    return [f"service = host.service({name!r})", *lines]


def _sshd_line(params: Mapping[str, Any]) -> str:
    value = params["value"].replace("prohibit-password", "without-password")
    return f"{params['option'].lower()} {value}"


def _config_pattern(params: Mapping[str, Any]) -> str:
    between = "[[:space:]]+" if params["format"] == "space" else "[[:space:]]*=[[:space:]]*"
    return f"^[[:space:]]*{params['key']}{between}{re.escape(params['value'])}[[:space:]]*$"


def _config_test(params: Mapping[str, Any]) -> list[str]:
    return [
        (
            f"assert host.run('grep -Eq %s %s', {_config_pattern(params)!r}, {params['file']!r}).rc"
            " == 0"
        )
    ]


_TESTINFRA: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "sysctl": _sysctl_test,
    "file": _file_test,
    "package": _package_test,
    "service": _service_test,
    "sshd_option": lambda params: [f"assert {_sshd_line(params)!r} in sshd"],
    "config_option": _config_test,
}


def _goss_file(rule: str, params: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    if params.get("exists", True) is False:
        return "file", rule, {"path": params["path"], "exists": False}
    body = {"path": params["path"], "exists": True, "filetype": params.get("type", "file")}
    body |= {"mode": {"match-regexp": _within(params["mode"])}} if params.get("mode") else {}
    body |= {"owner": params["owner"]} if params.get("owner") else {}
    return "file", rule, body | ({"group": {"or": params["group"]}} if params.get("group") else {})


def _within(mode: str) -> str:
    """Return a pattern for the modes that grant nothing beyond a mode."""
    digits = ("".join(str(d) for d in range(8) if d & ~int(most) == 0) for most in mode.zfill(4))
    return "^" + "".join(f"[{allowed}]" for allowed in digits) + "$"


def _goss_service(_rule: str, params: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    asked = {name: params[name] for name in ("enabled", "running") if params.get(name) is not None}
    return "service", params["name"], asked


def _goss_lines(rule: str, path: str, pattern: str) -> tuple[str, str, dict[str, Any]]:
    return "file", rule, {"path": path, "exists": True, "contents": [f"/{pattern}/"]}


_GOSS: Mapping[str, Callable[[str, Mapping[str, Any]], tuple[str, str, dict[str, Any]]]] = {
    "sysctl": lambda _rule, params: ("kernel-param", params["key"], {"value": params["value"]}),
    "file": _goss_file,
    "package": lambda _rule, params: (
        "package",
        params["name"],
        {"installed": params["state"] == "present"},
    ),
    "service": _goss_service,
    "sshd_option": lambda rule, params: _goss_lines(rule, EFFECTIVE, f"^{_sshd_line(params)}$"),
    "config_option": lambda rule, params: _goss_lines(
        rule, params["file"], _config_pattern(params)
    ),
}
