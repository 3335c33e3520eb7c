# ruff: noqa: INP001 -- a folder of plugins, which Ansible loads by their files
"""Ansible's strategy "free", for hosts that may lie: what a host answers stays an answer (runs in
Ansible's process).

Ansible takes more from the answer of a module than its result: variables of the host, new hosts
with variables of their own (a program to connect with, an interpreter), groups. Whoever holds one
host would command the controller so.
"""

from __future__ import annotations

import os
import re
import sys
from collections import deque
from collections.abc import Mapping, MutableMapping
from typing import Any, NoReturn

from ansible.plugins.strategy.free import StrategyModule as Free

DOCUMENTATION = """
name: tuile_free
short_description: Hosts go on at their own pace, and none says anything about the others
description: As ansible.builtin.free; facts, hosts and groups in the answers of modules are dropped.
author: Tuile
"""
_SPEAKS_TO_ANSIBLE = ("add_host", "add_group", "ansible_stats", "diff")
_OWN_ACTIONS = frozenset({"set_fact", "ansible.builtin.set_fact", "ansible.legacy.set_fact"})
"""What runs on the controller, with values of the playbook and of roles."""
_INTERPRETER = "discovered_interpreter_python"
_PATH = re.compile(r"/[A-Za-z0-9_./-]+")


class StrategyModule(Free):  # type: ignore[misc]  # ansible has no types
    """As free; every answer goes through `only_an_answer` before Ansible sees it."""

    def __init__(self, tqm: Any) -> None:  # noqa: ANN401 -- Ansible's
        super().__init__(tqm)
        if type(getattr(self, "_results", None)) is not deque:
            _end("keeps answers in another place")
        self._results: deque[Any] = _Answers()


class _Answers(deque[Any]):
    """Answers as they come in from the processes that speak to hosts."""

    def append(self, result: Any, /) -> None:  # noqa: ANN401 -- Ansible's
        """Keep an answer without what it has to say to Ansible itself."""
        data = getattr(result, "_return_data", None)
        if data is None:
            data = getattr(result, "_result", None)  # before Ansible 2.19
        if not isinstance(data, MutableMapping):
            _end("has answers of another form")
        action = getattr(
            getattr(result, "task", None) or getattr(result, "_task", None), "action", ""
        )
        only_an_answer(data, own=action in _OWN_ACTIONS)
        super().append(result)


def only_an_answer(data: MutableMapping[str, Any], *, own: bool) -> None:
    """Take out of an answer, and out of those of the items of a loop, what is no result; `own`: of
    an own action.

    A host whose task ran out of time is lost: it would let every further one run out as well.
    """
    for name in _SPEAKS_TO_ANSIBLE:
        data.pop(name, None)
    if not own and "ansible_facts" in data:
        data["ansible_facts"] = _interpreter(data["ansible_facts"])
    if data.get("timedout"):
        data.update(unreachable=True, failed=False, msg="no end of a task in time")
    items = data.get("results")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, MutableMapping):
            only_an_answer(item, own=own)


def _interpreter(facts: Any) -> dict[str, str]:  # noqa: ANN401 -- a host's word
    """Return the one fact that Ansible finds out itself, where it is a plain path: it is used on
    that host alone.
    """
    path = facts.get(_INTERPRETER) if isinstance(facts, Mapping) else None
    return {_INTERPRETER: path} if isinstance(path, str) and _PATH.fullmatch(path) else {}


def _end(what: str) -> NoReturn:
    """End the whole run, at once: what cannot be looked through must not be taken in."""
    sys.stderr.write(f"tuile: this release of Ansible {what}; use --engine pyinfra\n")
    sys.stderr.flush()
    os._exit(1)
