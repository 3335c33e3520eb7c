"""A command over an honest host and one that plays a trick, and what is left of it on the
controller.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.fleet.policy import reach, write_inventory, write_policy
from tests.fleet.program import SECONDS, TUILE, Done, Program
from tests.lab import LabHost

MEASURED = (
    "import resource, subprocess, sys\n"
    "code = subprocess.run(sys.argv[2:]).returncode\n"
    "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n"
    "sys.exit(code)\n"
)
PATIENCE = ("--connect-timeout", "6", "--timeout", "60")
ENGINES = ("pyinfra", "ansible")
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HONEST_UNTIL_AN_ENGINE = 'case $2 in "/usr/bin/env -i "*) exec /bin/sh -c "$2" ;; esac\n'
_PYTHON = (
    'cat > /root/python <<"END"\n#!/bin/sh\ncat >/dev/null\ncat /root/answer.json\nEND\nchmod 755'
    " /root/python\n"
)
_CHANGING = re.compile(r"time|seconds|started|finished|run|cpu|logs|kept|id|hidden", re.IGNORECASE)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True)
class Trick:
    """What a host does that somebody else holds."""

    name: str
    script: str
    commands: tuple[str, ...]
    engines: tuple[str, ...] = ENGINES
    sample: bool = False


def tricks() -> list[Trick]:
    """Return all tricks."""
    data = yaml.safe_load(Path(__file__).with_name("tricks.yaml").read_text(encoding="utf-8"))
    return [
        Trick(
            item["name"],
            item["script"],
            tuple(item["while"]),
            tuple(item.get("engines", ENGINES)),
            item.get("sample", False),
        )
        for item in data
    ]


@dataclass(frozen=True)
class Ran:
    """How a command went: what it printed, and what it took."""

    done: Done
    seconds: float
    megabytes: int
    """Of the largest of its processes."""


@dataclass(frozen=True)
class Stage:
    """Two hosts, `good` and `evil`, and the program with files of its own."""

    program: Program
    good: LabHost
    evil: LabHost

    @classmethod
    def at(cls, folder: Path, good: LabHost, evil: LabHost) -> Stage:
        """Return the stage in an empty folder."""
        write_policy(folder)
        write_inventory(folder, {"good": reach(good), "evil": reach(evil)})
        (folder / "canary").mkdir()
        return cls(Program(folder), good, evil)

    def prepare(self, trick: Trick, *, honest_at_first: bool) -> None:
        """Let the evil host, fresh, play its trick."""
        self.evil.reset()
        shell = "#!/bin/sh\n" + (_HONEST_UNTIL_AN_ENGINE if honest_at_first else "")
        plain = "chmod 711 /root; cat > /root/evil <<'E'\n" + shell + "E\nchmod 755 /root/evil\n"
        script = trick.script.replace("@CANARY@", str(self.program.folder / "canary")).replace(
            "@GOOD@", "good"
        )
        ending = (
            f"{_PYTHON}mv /root/python $(readlink -f /usr/bin/python3)\n"
            if "answer.json" in script
            else "usermod --shell /root/evil deploy\n"
        )
        done = self.evil.run(f"set -e\n{plain}{script}\n{ending}")
        assert done.returncode == 0, done.stderr

    def run(self, *arguments: str) -> Ran:
        """Run a command of the program, measured."""
        rss = self.program.folder / "rss"
        started = time.monotonic()
        with subprocess.Popen(  # noqa: S603 -- an argument list
            [sys.executable, "-c", MEASURED, str(rss), TUILE, *arguments],
            cwd=self.program.folder,
            env=self.program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            out, err = process.communicate(timeout=SECONDS)
        return Ran(
            Done(process.returncode, out, err),
            time.monotonic() - started,
            int(rss.read_text()) // 1024,
        )

    def files(self) -> dict[str, str]:
        """Return the files of the controller that no command has a reason to change."""
        folder = self.program.folder
        watched = [
            *(folder / "canary").rglob("*"),
            *(folder / "home").rglob("*"),
            *(folder / "inventories").rglob("*"),
        ]
        left = [*self.program.temporary.iterdir()]
        own = folder / "home" / ".ansible"  # ansible-inventory's folder for what is temporary
        return {
            str(path): _digest(path) for path in [*watched, *left] if own not in (path, path.parent)
        }

    def steering(self, ran: Ran) -> list[str]:
        """Return what was printed or logged, raw, that steers a terminal."""
        logs = [path.read_text(encoding="utf-8", errors="replace") for path in self.program.logs]
        return [
            found for text in (ran.done.out, ran.done.err, *logs) for found in _STEERS.findall(text)
        ]


def of_good(report: Mapping[str, Any]) -> str:
    """Return what a JSON report says of the honest host, without what differs from run to run."""
    (host,) = (host for host in report["hosts"] if host["host"] == "good")
    return json.dumps(_lasting(host), sort_keys=True)


def left_on(host: LabHost) -> Sequence[str]:
    """Return what an apply has left on the honest host."""
    script = (
        "cd /etc && sha256sum lab.conf sysctl.d/*tuile* && sysctl -n net.ipv4.conf.all.log_martians"
    )
    return host.run(script).stdout.splitlines()


def _lasting(value: Any) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, dict):
        return {name: _lasting(item) for name, item in value.items() if not _CHANGING.search(name)}
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    return "a moment" if isinstance(value, str) and _MOMENT.match(value) else value


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
