"""Puts whole files in place, as computed beforehand, if nobody has changed them since they were read (pyinfra)."""

from __future__ import annotations

import base64
import secrets
import shlex
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.operations import server

RuleParams: TypeAlias = Mapping[str, Any]
"""One rule of a kind: its id as "rule", and its parameters."""


class File(TypedDict):
    """One file to put in place."""

    path: str
    source: str
    """The file on the controller with the bytes to put in place."""
    before: str
    """The sha256 of the bytes that were read; "" means that there was no file."""
    after: str
    """The sha256 of the bytes to put in place."""
    mode: str
    owner: str
    group: str


# Scripts stand on one line, without "!": the login shell that hands them on may be a csh.
_STANDING = (
    'standing() { s=; if [ -e "$1" ]; then s=$(sha256sum <"$1") || exit 65; s=${s%% *}; fi; '
    'case "$s" in "$2"|"$3") ;; *) refuse "$1 changed since it was read. Check and apply again." ;; esac; }'
)
# What comes on standard input is read to its end before refusing: a pipe that breaks would hide the words.
_REFUSE = 'refuse() { cat >/dev/null; printf "%s\\n" "$1" >&2; exit 65; }'
_CHECK = f'set -eu; {_REFUSE}; {_STANDING}; while [ $# -gt 0 ]; do standing "$1" "$2" "$3"; shift 3; done'
_PUT = "; ".join(
    (
        "set -euC",
        "umask 077",
        _REFUSE,
        _STANDING,
        'p=$1; if [ -L "$p" ]; then p=$(readlink -f -- "$p"); fi',
        'standing "$p" "$2" "$3"; after=$3; mode=$4; own=$5; name=$6; shift 6',
        'own() { chown -- "$own" "$1"; chmod -- "$mode" "$1"; }',
        'if [ "$s" = "$after" ]; then cat >/dev/null; own "$p"; exit 0; fi',
        'd=$(dirname -- "$p"); (umask 022; mkdir -p -- "$d")',
        't=$d/$name; trap \'rm -f -- "$t"\' EXIT; trap "exit 70" HUP INT TERM',
        'base64 -d >"$t"; s=$(sha256sum <"$t"); [ "${s%% *}" = "$after" ] || refuse "$p: its bytes arrived damaged"',
        'own "$t"',
        "n=$#; while [ $n -gt 0 ]; do w=$1; shift",
        'case "$w" in *%s*) w=${w%%"%s"*}$t${w#*"%s"} ;; esac; set -- "$@" "$w"; n=$((n-1)); done',
        '[ $# -eq 0 ] || "$@" </dev/null >&2 || refuse "$p: refused by its validator: $1"',
        'mv -fT -- "$t" "$p"',
    )
)
_BATCH = 100
"""Files looked at by one command: a command line holds 128 KiB."""


def put_files(files: list[File], validate: str | None = None) -> None:
    """Put the files in place, each at once and whole, after a look at all of them.

    A link is followed: the file that it points to is replaced. `validate` is a command that accepts or refuses a
    file before it goes in; %s in it stands for that file.
    """
    for start in range(0, len(files), _BATCH):
        digests = _digests(files[start : start + _BATCH])
        run("Nobody has changed the files since they were read", "sh", "-c", _CHECK, "tuile", *digests)
    for file in files:
        _put(name=file["path"], file=file, validate=validate)


def run(name: str, *words: str, **arguments: Any) -> None:  # noqa: ANN401 -- pyinfra's own arguments
    """Run one command, given word by word; it fails where the command fails."""
    commands = [_command(*words, **arguments)]
    server.shell(name=name, commands=commands)  # type: ignore[arg-type] # it takes these, and quotes nothing


def run_script(name: str, script: Path, *words: str) -> None:
    """Run a script of the role with sh, fed on its standard input, so that nothing of it is left on the host."""
    run(name, "sh", "-s", "--", *words, _stdin=script.read_text(encoding="utf-8"))


@operation()
def _put(file: File, validate: str | None) -> Generator[StringCommand]:
    # Hidden, and with a last letter that no "*.conf" matches: a half-written file is never read as configuration.
    temporary = f".{Path(file['path']).name[:200]}.{secrets.token_hex(8)}.tuile~"
    owner = f"{file['owner']}:{file['group']}"
    words = shlex.split(validate or "")
    content = base64.encodebytes(Path(file["source"]).read_bytes()).decode() or "\n"
    place = (file["path"], file["before"], file["after"], file["mode"], owner, temporary)
    yield _command("sh", "-c", _PUT, "tuile", *place, *words, _stdin=content)


def _digests(files: list[File]) -> Iterator[str]:
    for file in files:
        yield from (file["path"], file["before"], file["after"])


def _command(*words: str, **arguments: Any) -> StringCommand:  # noqa: ANN401 -- pyinfra's own arguments
    return StringCommand(*map(QuoteString, words), **arguments)
