"""What roles share: files put in place whole, and a script run for each rule, in one command each
(pyinfra).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.operations import server

from tuile.platforms.linux.guard import paths

RuleParams: TypeAlias = Mapping[str, Any]
"""One rule of a kind: its id as "rule", and its parameters."""


class File(TypedDict):
    """One file to put in place."""

    path: str
    source: str
    """The file on the controller with the bytes to put in place, in base64."""
    before: str
    """The sha256 of the bytes that were read; "" means that there was no file."""
    after: str
    """The sha256 of the bytes to put in place."""
    mode: str
    owner: str
    group: str


PUT = Path(__file__).parent / "files" / "put.sh"
EACH = """\
set -eu
bad=0
each() { rule "$@" & wait $! || { bad=1 && echo "(rule $at)" >&2; }; }
trap 'status=$?; [ "$bad" = 0 ] || status=1; exit "$status"' EXIT"""
"""What Ansible's roles know as `tuile_each`."""


def put_files(files: list[File], validate: str = "") -> None:
    """Put the files in place, each at once and whole, after a look at all of them.

    A link is followed: the file that it points to is replaced. `validate` is a command that accepts
    or refuses a file before it goes in; %s in it stands for that file.
    """
    looks = [
        shlex.join(("standing", file["path"], file["before"], file["after"])) for file in files
    ]
    puts = [f"{shlex.join(_put(file))} {validate}" for file in files]
    if files:
        _feed("Files as they must be", paths(), PUT.read_text(encoding="utf-8"), *looks, *puts)


# Pyinfra's own arguments
def run(name: str, *words: str, **arguments: Any) -> None:  # noqa: ANN401
    """Run one command, given word by word; it fails where the command fails."""
    commands = [StringCommand(*map(QuoteString, words), **arguments)]
    server.shell(name=name, commands=commands)  # type: ignore[arg-type] # it takes these, and quotes nothing


def run_script(name: str, script: Path, *words: str) -> None:
    """Run a script of the role with sh, fed on its standard input, so that nothing of it is left on
    the host.
    """
    run(name, "sh", "-s", "--", *words, _stdin=script.read_text(encoding="utf-8"))


def run_each(name: str, script: Path, calls: Iterable[tuple[RuleParams, Sequence[str]]]) -> None:
    """Run a script of the role for each rule, with the words that it has for it; where one fails,
    the others go on.
    """
    text = script.read_text(encoding="utf-8")
    lines = [f"at={shlex.quote(rule['rule'])}; each {shlex.join(words)}" for rule, words in calls]
    if lines:
        _feed(name, EACH, paths(), "rule() (", text, ") </dev/null", *lines)


def _feed(name: str, *lines: str) -> None:
    """Run a shell that reads these lines: nothing of it is in argv, and the login shell sees none
    of it.
    """
    run(name, "sh", "-s", _stdin="\n".join(lines) + "\n")


def _put(file: File) -> tuple[str, ...]:
    content = Path(file["source"]).read_text(encoding="ascii")
    owner = f"{file['owner']}:{file['group']}"
    return ("put", file["path"], file["before"], file["after"], file["mode"], owner, content)
