"""Runs an engine as a subprocess: its output goes to a log without secrets, and it never outlives
its caller.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tuile.engines.interface import EngineResult
from tuile.engines.parent_death import leashed
from tuile.engines.secrets import without
from tuile.policy.errors import EngineError
from tuile.policy.printable import printable, printable_lines
from tuile.policy.shareable import masked

GRACE = 5.0
"""Seconds between asking an engine to end and ending it."""
PAUSE = 0.05
"""Seconds between two looks at what an engine has left."""
LONGEST_ANSWER = 16 * 2**20
"""Bytes of the answer of one host; the words of each kind are cut at LONGEST_WORDS characters."""
LONGEST_WORDS = 4000
LONGEST_LINE = 2**16
"""Bytes of one line of a log; the rest of it is left out."""
LOG_OF_A_HOST = 2**20
"""Bytes for which there is room in the log for each host, on top of as many for all."""
Reader = Callable[[Any], Mapping[str, str]]


@dataclass(frozen=True)
class Job:
    """One engine to run: the answer of host number n is expected as `outcomes/n.json` in its
    folder.
    """

    engine: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    hosts: Sequence[str]
    log: Path
    stdin: bytes = b""
    secrets: Sequence[str] = ()
    timeout: float = 1800.0
    """Seconds for all hosts together."""


def outcomes(job: Job, read: Reader, lost: Callable[[int], str]) -> Generator[EngineResult]:
    """Run the engine and yield what became of each host as soon as it is known.

    `read` turns the answer of a host into failures by kind; `lost` says, from the exit status of
    the engine, what to say of a host that has left no answer.

    Raises:
        EngineError: it could not be started.

    """
    (job.folder / "outcomes").mkdir(mode=0o700)
    left = dict(enumerate(job.hosts))
    with _running(job) as process:
        deadline = time.monotonic() + job.timeout
        while left and process.poll() is None and time.monotonic() < deadline:
            yield from _answers(job, left, read)
            time.sleep(PAUSE)
        late = bool(left) and process.poll() is None
        if not late:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        yield from _answers(job, left, read)
        words = (
            f"{job.engine} did not end within {job.timeout:g} s"
            if late
            else lost(process.returncode or 0)
        )
    for host in left.values():
        yield EngineResult(host, {"": f"{words}, see {job.log}"})


def _answers(job: Job, left: dict[int, str], read: Reader) -> Generator[EngineResult]:
    for number in list(left):
        path = job.folder / "outcomes" / f"{number}.json"
        if path.exists():
            yield EngineResult(left.pop(number), _failures(path, job, read))


def _failures(path: Path, job: Job, read: Reader) -> dict[str, str]:
    """Return what failed on a host; the answer is made of what the host said, and may be anything."""
    try:
        if path.stat().st_size > LONGEST_ANSWER:
            return {"": f"its answer is longer than {LONGEST_ANSWER // 2**20} MiB, see {job.log}"}
        found = read(json.loads(path.read_bytes()))
        return {
            kind: printable(masked(without(words, job.secrets)[-LONGEST_WORDS:]))
            for kind, words in found.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"": f"its answer makes no sense, see {job.log}"}


@contextmanager
def _running(job: Job) -> Iterator[subprocess.Popen[bytes]]:
    """Start the engine in a session of its own, without a terminal that it could ask for passwords."""
    if shutil.which(job.command[0]) is None:  # the leash would be started in any case
        raise EngineError(
            f"{job.engine} could not be started: No such file or directory: {job.command[0]}"
        )
    try:
        process = subprocess.Popen(  # noqa: S603 -- a list, no shell
            leashed(list(job.command)),
            cwd=job.folder,
            env=dict(job.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(
            f"{job.engine} could not be started: {error.strerror}: {job.command[0]}"
        ) from error
    assert process.stdin is not None  # noqa: S101 -- for the type checker
    assert process.stdout is not None  # noqa: S101 -- the same
    keeper = threading.Thread(target=_keep, args=(process.stdout, job), daemon=True)
    keeper.start()
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(job.stdin)
            process.stdin.close()
        yield process
    finally:
        _end(process)
        keeper.join(GRACE)


def _keep(output: IO[bytes], job: Job) -> None:
    """Write what the engine prints to its log, line by line, so that no secret is cut in two; all
    of it is read.
    """
    room = LOG_OF_A_HOST * (len(job.hosts) + 1)
    handle = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with (
        os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", buffering=1) as log,
        output,
    ):
        for line in _lines(output):
            if room <= 0:
                continue
            whole = masked(without(line.decode("utf-8", "backslashreplace"), job.secrets))
            text = printable_lines(
                whole if len(line) < LONGEST_LINE else f"{whole[: LONGEST_LINE // 2]} …\n"
            )
            room -= len(text)
            log.write(text if room > 0 else "… the rest of this log is left out\n")


def _lines(output: IO[bytes]) -> Iterator[bytes]:
    """Yield lines, of a long one its beginning: the last half of that may hold half a secret."""
    while line := output.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = output.readline(LONGEST_LINE)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the engine and all that it started: politely, then not."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)  # its own session, hence its own group, which bears its id
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            return
