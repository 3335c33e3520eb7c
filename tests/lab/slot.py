"""A slot: one running lab's own number, from which its names and addresses follow, and what is left
of it to clean.

The kernel drops the lock of a slot with the process that held it, so a slot that is recorded and
not locked is what a crashed run left behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO

from tests.lab import cgroup
from tests.lab.shell import LabError, attempt

SLOTS = range(100)


def run_dir() -> Path:
    """Return the folder that holds the slots' records."""
    return Path("/run/tuile-lab")


class Slot:
    """The names, addresses and folder of one running lab; made by `take`, given back by `release`."""

    def __init__(self, number: int, lock: IO[str]) -> None:
        self.number = number
        self.bridge = f"tuile{number}"
        self.home = run_dir() / str(number)
        self._lock = lock

    def address(self, index: int) -> str:
        """Return the address of the host of this index; 0 is the controller's own (RFC 2544 test
        range).
        """
        return f"198.18.{self.number}.{index + 1}"

    def record(self, pid: int) -> None:
        """Note a process, with its start time, so that a later run can end it and no other."""
        with (self.home / "processes").open("a") as handle:
            handle.write(f"{pid} {start_time(pid)}\n")

    def release(self) -> None:
        """End and remove all that belongs to the slot, then free its number."""
        clean(self.number)
        self._lock.close()


def take() -> Slot:
    """Clean the slots of crashed runs and return a free one, locked.

    Raises:
        LabError: a hundred labs are running.

    """
    run_dir().mkdir(mode=0o700, exist_ok=True)
    for left in run_dir().glob("*/"):
        if (lock := _lock(int(left.name))) is not None:
            clean(int(left.name))
            lock.close()
    for number in SLOTS:
        if (lock := _lock(number)) is not None:
            if _addresses_are_free(number):
                slot = Slot(number, lock)
                slot.home.mkdir(mode=0o700)
                return slot
            lock.close()
    raise LabError("no slot is free: too many labs are running")


def clean(number: int) -> None:
    """End the recorded processes of a slot and remove its mounts, namespaces, bridge and folder."""
    home = run_dir() / str(number)
    with suppress(FileNotFoundError):
        for line in (home / "processes").read_text().splitlines():
            pid, _, started = line.partition(
                " "
            )  # nothing started: it had died before it was recorded
            end(int(pid), started)
    for place in mounts_under(home):
        attempt(["umount", "--lazy", place])
    for name in namespaces_of(number):
        attempt(["ip", "netns", "del", name])
    for left in cgroup.groups(f"tuile{number}-*"):
        for group in left.parent.glob(left.name):
            cgroup.remove(group)
    for link in links_of(number):
        attempt(["ip", "link", "del", link])
    shutil.rmtree(home, ignore_errors=True)


def end(pid: int, started: str) -> None:
    """Kill a process if it is still the one that was recorded, and not another that got its number."""
    if started and start_time(pid) == started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start_time(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def mounts_under(home: Path) -> list[str]:
    """Return the mount points below a folder, innermost first."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return sorted(
        (point for point in points if point.startswith(f"{home}/")), key=len, reverse=True
    )


def namespaces_of(number: int) -> list[str]:
    """Return the names of the network namespaces of a slot."""
    return sorted(path.name for path in Path("/run/netns").glob(f"tuile{number}-*"))


def links_of(number: int) -> list[str]:
    """Return the names of the links of a slot: its bridge and its hosts' cables."""
    found = (path.name for path in Path("/sys/class/net").glob(f"tuile{number}*"))
    return sorted(name for name in found if re.fullmatch(rf"tuile{number}(h\d+)?", name))


def _lock(number: int) -> IO[str] | None:
    """Return the slot's lock, held, or None if another process holds it."""
    handle = (run_dir() / f"{number}.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _addresses_are_free(number: int) -> bool:
    """Return whether nobody else on this machine has a route to the slot's addresses."""
    return not attempt(["ip", "-4", "route", "show", "root", f"198.18.{number}.0/24"]).stdout
