"""Asks the programs of ansible-core, with their user's settings or with ours, as far as an
inventory is trusted.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuile.policy.errors import Mistake, Place, PolicyMistakes, TuileError
from tuile.workspace.inventory.complaint import complaint
from tuile.workspace.inventory.vault import Vault

TIMEOUT = 120
"""Seconds that dynamic inventories may take."""
_MEMORY, _OUTPUT = 4 * 2**30, 2**28
"""Bytes: what an inventory may grow to."""
_DATA = "host_list, yaml, ini, toml"
_ALL = "host_list, script, auto, yaml, ini, toml"
_ANSWER = re.compile(
    r"^(?P<host>\S.*?) \| (?P<how>SUCCESS|FAILED!|UNREACHABLE!) => (?=\{)", re.MULTILINE
)


@dataclass(frozen=True)
class Reading:
    """How much an inventory may do when it is read."""

    programs: bool = True
    """Whether scripts, plugins and lookups may run; else all is read as data."""
    settings: bool = True
    """Whether the ansible.cfg in force, and ANSIBLE_* of the environment, are obeyed; else settings
    of ours.
    """
    vault: Vault = field(default_factory=Vault)


def whole(source: str, reading: Reading, files: Sequence[Path]) -> dict[str, Any]:
    """Return what `ansible-inventory --list` says of a source.

    Raises:
        PolicyMistakes: Ansible cannot read it.

    """
    with _prepared(reading) as (environment, arguments):
        command = [
            _program("ansible-inventory"),
            "--list",
            *arguments,
            "--inventory",
            _absolute(source),
        ]
        status, out, err = _run(command, environment, source)
    if status != 0:
        raise PolicyMistakes([complaint(err, source, files)])
    data: dict[str, Any] = json.loads(out)
    return data


def variables(
    source: str, reading: Reading, wanted: Mapping[str, Sequence[str]]
) -> Mapping[str, Mapping[str, Any] | str]:
    """Return the variables of hosts as Ansible itself works them out, or in words why it cannot;
    nothing is reached.

    `wanted` has, for each host, the names that are defined there.
    """
    names = sorted({name for those in wanted.values() for name in those})
    parts = (f'"{name}": {name} | default(omit)' for name in names)
    with _prepared(reading) as (environment, arguments):
        command = [
            _program("ansible"),
            ":".join(wanted),
            *arguments,
            "--inventory",
            _absolute(source),
        ]
        command += ["-m", "ansible.builtin.debug", "-a", f"msg={{{{ {{ {', '.join(parts)} }} }}}}"]
        environment |= {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
        _, out, err = _run(command, environment, source)
    found = dict(_answers(out))
    return {host: _named(found.get(host, _last(err)), names) for host, names in wanted.items()}


def _named(said: Mapping[str, Any] | str, names: Sequence[str]) -> Mapping[str, Any] | str:
    """Return of an answer what was asked: Ansible gives some names to every host."""
    return said if isinstance(said, str) else {name: said[name] for name in names if name in said}


def _answers(out: str) -> Iterator[tuple[str, Mapping[str, Any] | str]]:
    for answer in _ANSWER.finditer(out):
        with suppress(ValueError):
            said, _ = json.JSONDecoder().raw_decode(out, answer.end())
            words = said.get("msg", "")
            yield answer["host"], words if isinstance(words, Mapping) else _in_words(str(words))


def _in_words(said: str) -> str:
    return " ".join(said.split()).removeprefix("Task failed: ").rstrip(".")


def _last(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return (
        lines[-1].removeprefix("[ERROR]:").strip(" .") if lines else ""
    ) or "Ansible gave no answer"


@contextmanager
def _prepared(reading: Reading) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Give the environment and the first arguments of a program of Ansible."""
    with tempfile.TemporaryDirectory(prefix="tuile-") as name:
        folder = Path(name)
        vault = reading.vault
        arguments: list[str] = []
        if vault.typed is not None:
            arguments += ["--vault-password-file", _private(folder / "vault", vault.typed.reveal())]
        for label, path in vault.named if reading.settings else vault.sources:
            arguments += ["--vault-id", f"{label or 'default'}@{path.absolute()}"]
        yield _environment(reading, folder), arguments


def _environment(reading: Reading, folder: Path) -> dict[str, str]:
    environment = dict(os.environ)
    if not reading.settings:
        theirs = ("ANSIBLE_", "PYTHON")
        environment = {
            name: value for name, value in environment.items() if not name.startswith(theirs)
        }
        lines = ["[defaults]", f"home = {folder}", f"local_tmp = {folder / 'tmp'}"]
        lines += ["vars_plugins_enabled = host_group_vars"]
        lines += ["[inventory]", f"enable_plugins = {_ALL if reading.programs else _DATA}", ""]
        environment["ANSIBLE_CONFIG"] = _private(folder / "ansible.cfg", "\n".join(lines))
        environment["ANSIBLE_HOME"] = str(folder)
    return environment | {
        "ANSIBLE_INVENTORY_IGNORE_REGEX": r"^(policy|waivers|attestations)\.ya?ml$",
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_NOCOLOR": "1",
        "COLUMNS": "10000",
        "LC_ALL": "C.UTF-8",
    }


def _run(
    command: Sequence[str], environment: Mapping[str, str], source: str
) -> tuple[int, str, str]:
    """Run a program of Ansible within bounds; return its status and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 -- a list, no shell
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        if hasattr(resource, "prlimit"):
            with suppress(OSError):  # it has ended already
                resource.prlimit(process.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_OUTPUT, _OUTPUT))
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired as error:
            what = f"{Path(command[0]).name} gave no answer for {TIMEOUT} s"
            raise PolicyMistakes(
                [Mistake(Place(source), what, "Try: ansible-inventory --list -i …")]
            ) from error
        finally:
            process.kill()
            process.wait()
        return status, _text(out), _text(err)


def _text(file: Any) -> str:  # noqa: ANN401 -- a temporary file; its type is private
    file.seek(0)
    text: str = file.read().decode("utf-8", "replace")
    return text


def _private(path: Path, text: str) -> str:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    return str(path)


def _absolute(source: str) -> str:
    # Links are kept, as Ansible keeps them
    return source if "," in source else os.path.abspath(source)  # noqa: PTH100


def _program(name: str) -> str:
    """Return the path of a program of ansible-core: beside this Python first."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise TuileError(
            f"{name} is not installed beside tuile. Install ansible-core in the same environment."
        )
    return found
