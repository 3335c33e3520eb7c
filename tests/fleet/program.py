"""The program as a user runs it: in a process of its own, with folders of its own, on a pipe or on
a terminal.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TUILE = str(Path(sys.executable).with_name("tuile"))
SECONDS = 600
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Done:
    """What one run of the program came to."""

    code: int
    out: str
    err: str = ""

    @property
    def report(self) -> Any:  # noqa: ANN401 -- JSON
        """Return the JSON that it printed."""
        return json.loads(self.out)

    @property
    def plain(self) -> str:
        """Return what it printed without colours, on one line: a terminal wraps lines."""
        return " ".join(_ANSI.sub("", self.out).split())

    def hosts(self) -> dict[str, Any]:
        """Return the hosts of a JSON report by name."""
        return {host["host"]: host for host in self.report["hosts"]}


@dataclass
class Program:
    """Tuile, with a home, state and cache of its own under one folder."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Return what the program sees of its surroundings: nothing of the user who runs the tests."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        places = {
            f"XDG_{name}_HOME": str(self.folder / name.lower())
            for name in ("STATE", "CACHE", "CONFIG")
        }
        own = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.temporary),
        }
        return {**own, **places, **self.settings, **more}

    @property
    def temporary(self) -> Path:
        """Return the only folder in which it may leave temporary files: it must be empty after each
        run.
        """
        folder = self.folder / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def store(self) -> Path:
        """Return the file of the store."""
        return self.folder / "state" / "tuile" / "tuile.db"

    @property
    def logs(self) -> list[Path]:
        """Return the logs of engines."""
        return sorted((self.folder / "state" / "tuile" / "logs").glob("*/*.log"))

    def run(self, *arguments: str, **more: str) -> Done:
        """Run a command to its end, with its output on pipes and nobody to ask; `more` goes to its
        environment.
        """
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=SECONDS)
        return Done(process.returncode, out, err)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a command with its output on pipes."""
        return subprocess.Popen(  # noqa: S603 -- an argument list
            [TUILE, *arguments],
            cwd=self.folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def on_terminal(
        self, *arguments: str, answers: Mapping[str, str] | None = None, **more: str
    ) -> Done:
        """Run a command on a terminal of 100 columns, and type an answer after each question."""
        ours, theirs = os.openpty()
        environment = {
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            "LINES": "40",
        } | self.environment(**more)
        process = subprocess.Popen(  # noqa: S603 -- an argument list
            ["setsid", "--ctty", TUILE, *arguments],  # noqa: S607 -- from util-linux
            cwd=self.folder,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        with process:
            text = _converse(ours, dict(answers or {}))
            return Done(process.wait(SECONDS), text)

    def files_with(self, word: str) -> list[str]:
        """Return the files under all its folders that hold a word."""
        files = (
            path for path in self.folder.rglob("*") if path.is_file() and path.name != "hosts.json"
        )
        return [str(path) for path in files if word.encode() in path.read_bytes()]


def _converse(terminal: int, answers: dict[str, str]) -> str:
    """Return all that is printed on a terminal, after typing each answer once."""
    text = ""
    with (
        os.fdopen(terminal, "r+b", buffering=0) as stream,
        suppress(OSError),
    ):  # EIO: nobody has it open any more
        while data := stream.read(65536):
            text += data.decode("utf-8", "replace")
            for question in [question for question in answers if question in text]:
                stream.write(f"{answers.pop(question)}\n".encode())
    return text


@contextmanager
def watching_commands(word: str) -> Iterator[list[str]]:
    """Give the list of command lines, of this machine and of all lab hosts, in which a word was
    seen meanwhile.
    """
    seen: list[str] = []
    stop = threading.Event()

    def check_context() -> None:
        while not stop.is_set():
            seen.extend(line for line in command_lines() if word in line)
            time.sleep(0.02)

    watcher = threading.Thread(target=check_context)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def command_lines() -> Iterator[str]:
    """Yield the command line of each process; the kernel shows those of nspawn's hosts here as
    well.
    """
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def wait_for(what: Any, seconds: float = 10) -> Any:  # noqa: ANN401 -- whatever is looked for
    """Ask again and again until the answer is true, and return it; the last answer where it never
    is.
    """
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
