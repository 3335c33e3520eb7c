"""What goes wrong: each is done to a host, or to the program that puts it right, and ended again."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.fleet.program import Program
from tests.lab import LabHost
from tests.lab.shell import attempt

Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Scene:
    """Where a fault strikes."""

    host: LabHost
    process: Process
    again: Callable[[], Process]
    """Starts the same apply once more."""


def kill_controller(scene: Scene) -> None:
    """Kill the program, and it alone, with -9."""
    scene.process.kill()


def interrupt(scene: Scene) -> None:
    """Press Ctrl-C."""
    with suppress(ProcessLookupError):
        os.kill(scene.process.pid, signal.SIGINT)


def kill_engine(scene: Scene) -> None:
    """Kill the engine, and it alone, with -9: children of the program, at this moment or as soon as
    there are some.
    """
    for _ in range(100):
        children = _children(scene.process.pid)
        if children or scene.process.poll() is not None:
            break
        threading.Event().wait(0.05)
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_sshd(scene: Scene) -> None:
    """Kill the host's sshd and all that it serves."""
    scene.host.run("pkill -KILL -x sshd")


def drop(scene: Scene) -> None:
    """Pull the host's cable."""
    scene.host.cut()


def reject(scene: Scene) -> None:
    """Make the host unreachable in a way that is told at once."""
    attempt(["ip", "route", "replace", "unreachable", f"{scene.host.address}/32"])


def fill_disk(scene: Scene) -> None:
    """Leave no byte free on the host's disks."""
    scene.host.run(
        "for each in / /srv/data; do cat /dev/zero > $each/filler; done 2>/dev/null", 120
    )


def power_cut(scene: Scene) -> None:
    """Cut the host's power, and switch it on again."""
    scene.host.stop()
    scene.host.start()
    scene.host.wait()


def second_apply(scene: Scene) -> None:
    """Let a second controller do the same at the same time."""
    with scene.again() as other:
        other.communicate(timeout=180)


def mend(scene: Scene) -> None:
    """End what lasts."""
    attempt(["ip", "route", "del", "unreachable", f"{scene.host.address}/32"])
    with suppress(Exception):
        scene.host.restore()


FAULTS: dict[str, Callable[[Scene], None]] = {
    each.__name__: each
    for each in (
        kill_controller,
        interrupt,
        kill_engine,
        kill_sshd,
        drop,
        reject,
        fill_disk,
        power_cut,
        second_apply,
    )
}


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(each)
            for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        ]
    return []


__all__ = ["FAULTS", "Program", "Scene", "mend"]
