"""The variables of each host that Tuile uses, worked out by a process of its own that is bounded in
time and memory.

A template may loop for ever or grow without bound, and no exception ends a regular expression: the
process is killed, which costs the host that it was at, and another one goes on with the rest.
Encrypted values are opened by the parent, one at a time, when the child asks for them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Timer
from typing import Any, NamedTuple

from tuile.workspace.inventory.templates import ENCRYPTED, OMIT, Fields, Unworkable
from tuile.workspace.inventory.variables import is_kept

START, SECONDS, LEAST = 30.0, 5.0, 0.5
"""How long the process may take to start, and for a host; after each that it was killed for, half
as long.
"""
MEMORY = 2**30
LONG = 2**20
"""How many characters the variables of one host may come to."""
BOUNDLESS = "grows or loops without bound"
"""How the words about what no limit would let end are known again: Ansible itself is not asked for
it either.
"""
_CHILD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from tuile.workspace.inventory.of_hosts import serve
serve()
"""


class OfHost(NamedTuple):
    """The variables of one host, why others cannot be told, by name, and the lookups of Ansible
    among these.
    """

    found: dict[str, Any]
    wrong: dict[str, str]
    lookups: list[str]


def of_hosts(fields: Fields, names: Sequence[str]) -> Iterator[OfHost]:
    """Yield what each host comes to, in the order of the names; without templates no process is
    started.
    """
    asked = [name for name in names if _has_templates(fields.hosts[name])]
    answers = _bounded(fields, asked)
    for name in names:
        yield next(answers) if _has_templates(fields.hosts[name]) else of_host(fields, name)


def of_host(fields: Fields, name: str) -> OfHost:
    """Return what one host comes to."""
    scope, written = fields.of(name), fields.hosts[name]
    of = OfHost({}, {}, [])
    for key in filter(is_kept, written):
        try:
            value = scope.plain(key)
        except Unworkable as error:
            of.wrong[key] = (
                f"{key} is {_shown(written[key])}, which Tuile cannot work out ({error})"
            )
            of.lookups.extend([f"{key}: {_shown(written[key])}"] if error.lookup else [])
        except (MemoryError, RecursionError):
            of.wrong[key] = f"{key} is {_shown(written[key])}, which {BOUNDLESS}"
        except ValueError as error:  # a vault that stays shut, or a filter's own words
            of.wrong[key] = f"{key} {error}"
        else:
            if not (isinstance(value, str) and OMIT in value):
                of.found[key] = value
    return of


def serve() -> None:
    """Be the process: read what there is, and answer host by host, a line of JSON each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given = json.loads(sys.stdin.readline())
    fields = Fields(given["hosts"], given["groups"], _ask_for)
    _say({"ready": True})
    for name in given["names"]:
        text = json.dumps({"of": of_host(fields, name)}, default=str)
        _say(
            {"of": [{}, _too_long(fields.hosts[name]), []]}
            if len(text) > LONG
            else json.loads(text)
        )


def _bounded(fields: Fields, names: Sequence[str]) -> Iterator[OfHost]:
    left, seconds = [*names], SECONDS
    while left:
        for answer in _served(fields, tuple(left), seconds):
            yield answer
            left.pop(0)
        if left:
            yield OfHost({}, _not_ending(fields.hosts[left.pop(0)], seconds), [])
            seconds = max(LEAST, seconds / 2)


def _served(fields: Fields, names: Sequence[str], seconds: float) -> Iterator[OfHost]:
    """Yield the answers of one process, as far as it comes."""
    words = (sys.executable, "-I", "-c", _CHILD, json.dumps(sys.path))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    # Our own
    with subprocess.Popen(words, text=True, **pipes) as child:  # type: ignore[call-overload] # noqa: S603
        talk = _Talk(child, fields.decrypt)
        try:
            if not talk.tell(
                {"hosts": fields.hosts, "groups": fields.groups, "names": names}
            ) or not talk.next(START):
                return
            for _ in names:
                if (answer := talk.next(seconds)) is None:
                    return
                yield OfHost(*answer["of"])
        finally:
            child.kill()


@dataclass(frozen=True)
class _Talk:
    """What is said to the process, and what it answers."""

    child: subprocess.Popen[str]
    decrypt: Callable[[str], str]

    def next(self, seconds: float) -> Any:  # noqa: ANN401 -- JSON
        """Return the next answer, None where there is none in time; what it asks to be opened on
        the way is opened.
        """
        timer = Timer(seconds, self.child.kill)
        timer.start()
        try:
            while self.child.stdout and (line := self.child.stdout.readline(8 * LONG)):
                said = json.loads(line)
                if "open" not in said:
                    return said
                if not self.tell(self._opened(said["open"])):
                    return None
        except (OSError, json.JSONDecodeError):
            return None
        finally:
            timer.cancel()
        return None

    def tell(self, what: object) -> bool:
        """Say something, and return whether it could be said."""
        try:
            if self.child.stdin:
                self.child.stdin.write(json.dumps(what, default=str) + "\n")
                self.child.stdin.flush()
        except OSError:
            return False
        return True

    def _opened(self, text: str) -> dict[str, str]:
        try:
            return {"opened": self.decrypt(text)}
        except ValueError as error:
            return {"shut": str(error)}


def _ask_for(text: str) -> str:
    """Have the parent open an encrypted value.

    Raises:
        ValueError: it stays shut; in words.

    """
    _say({"open": text})
    answer = json.loads(sys.stdin.readline())
    if "shut" in answer:
        raise ValueError(answer["shut"])
    return str(answer["opened"])


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _has_templates(written: Mapping[str, Any]) -> bool:
    texts = [str(value) for key, value in written.items() if is_kept(key)]
    return any("{{" in text or "{%" in text for text in texts)


def _templates(written: Mapping[str, Any]) -> list[str]:
    return [key for key, value in written.items() if is_kept(key) and _has_templates({key: value})]


def _not_ending(written: Mapping[str, Any], seconds: float) -> dict[str, str]:
    why = f"cannot be worked out within {seconds:g} s and {MEMORY // 2**20} MiB: it {BOUNDLESS}"
    return {key: f"{key} {why}" for key in _templates(written)[:1]}


def _too_long(written: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: f"{key} comes to more than {LONG // 2**20} MiB of text: it {BOUNDLESS}"
        for key in _templates(written)[:1]
    }


def _shown(written: object) -> str:
    return "encrypted" if isinstance(written, Mapping) and ENCRYPTED in written else repr(written)
