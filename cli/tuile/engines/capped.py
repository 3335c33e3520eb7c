"""Runs a program that speaks to a host, and passes on no more than a host may print: `python
capped.py BYTES ssh …`.

ansible-playbook keeps all that a command prints in memory; it has no limit of its own. Run as a
file, without `site`: it is started for every task on every host.
"""

import os
import select
import signal
import sys
from types import FrameType

LOST = 255
"""The exit status with which ssh says that there is no connection (any more)."""
_LINES = 100_000
"""Of a command: ansible-playbook looks at each of them for a question of sudo's."""
_CHUNK = 65536
_PAUSE = 0.5
"""Seconds between two looks whether the program has ended, though somebody keeps its output open.
"""


def main() -> int:
    """Run the program with our input; return its exit status, or LOST where it printed too much."""
    room, *command = sys.argv[1:]
    out, err, child = _start(command)

    def end(_number: int, _frame: FrameType | None) -> None:
        os.kill(child, signal.SIGKILL)
        os._exit(LOST)

    signal.signal(signal.SIGTERM, end)
    status = _pass_on({out: 1, err: 2}, int(room), child)
    if status is None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        much = f"{int(room) // 2**20} MiB or {_LINES} lines"
        os.write(2, f"\ntuile: the host printed more than {much}, and was given up\n".encode())
        return LOST
    return status


def _start(command: list[str]) -> tuple[int, int, int]:
    """Start the program; return where it prints to, and its process id."""
    (out, child_out), (err, child_err) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(child_out, 1)
            os.dup2(child_err, 2)
            os.execvp(command[0], command)  # noqa: S606 -- an argument list
        finally:
            os._exit(127)
    os.close(child_out)
    os.close(child_err)
    return out, err, child


def _pass_on(streams: dict[int, int], room: int, child: int) -> int | None:
    """Pass on what comes in until the program has ended; return its exit status, None where there
    was no room.
    """
    ended, lines = None, _LINES
    while ended is None or streams:
        ready, _, _ = select.select(list(streams), [], [], 0 if ended is not None else _PAUSE)
        for stream in ready:
            data = os.read(stream, _CHUNK)
            room, lines = room - len(data), lines - data.count(b"\n")
            if min(room, lines) < 0:
                return None
            if not data:
                os.close(stream)
                del streams[stream]
            _write(streams.get(stream, 1), data)
        if ended is not None and not ready:
            break
        if ended is None and (not ready or not streams):
            found, status = os.waitpid(child, os.WNOHANG if streams else 0)
            ended = os.waitstatus_to_exitcode(status) if found else None
    return 128 - ended if ended < 0 else ended


def _write(stream: int, data: bytes) -> None:
    while data:
        data = data[os.write(stream, data) :]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os._exit(LOST)
