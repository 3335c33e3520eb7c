"""One emulated machine: how qemu is started, and the two wires on which qemu and the guest's agent
are spoken to.
"""

from __future__ import annotations

import base64
import json
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.lab.shell import LabError

QEMU = "qemu-system-x86_64"
BOOT_SECONDS = 600
AGENT_SECONDS = 30
"""Within which the guest's agent starts a script, or says what became of it, on a busy machine too.
"""
SAVE_SECONDS = 300
KEPT = "kept"
"""What a machine that is kept is called inside its disk."""
FROM_KEPT = ("-loadvm", KEPT)
"""Has a machine go on from there in place of a boot."""
_DRIVE = "if=virtio,cache=unsafe,discard=unmap"


def argv(disk: Path, form: str, port: int, home: Path, more: Sequence[Path] = ()) -> list[str]:
    """Return the command that starts a machine on a disk, with its SSH on a port of this machine's
    loopback.

    `more`: empty disks, /dev/vdb and so on.

    Emulated, though slow: it is the same everywhere, and needs nothing of the machine that it runs
    on. One processor of a plain sort takes a third less of this machine's time than two that know
    all that can be emulated. It has a screen, which nobody sees, since GRUB waits for one for ever.
    """
    drives = [(disk, form), *((path, "qcow2") for path in more)]
    return [
        *("setpriv", "--pdeathsig", "KILL", QEMU, "-nodefaults", "-display", "none", "-vga", "std"),
        *[
            "-machine",
            "q35",
            "-accel",
            "tcg,thread=single",
            "-cpu",
            "qemu64",
            "-smp",
            "1",
            "-m",
            "2048",
        ],
        *(
            word
            for path, kind in drives
            for word in ("-drive", f"file={path},format={kind},{_DRIVE}")
        ),
        *("-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"),
        *("-device", "virtio-net-pci,id=cable,netdev=net,romfile="),
        *("-object", "rng-random,id=rng,filename=/dev/urandom"),
        *("-device", "virtio-rng-pci,rng=rng"),
        *("-serial", f"file:{home / 'console'}", "-qmp", f"unix:{home / 'qmp'},server=on,wait=off"),
        *(
            "-chardev",
            f"socket,path={home / 'agent'},server=on,wait=off,id=agent",
            "-device",
            "virtio-serial-pci",
        ),
        *(
            "-device",
            "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
            "-device",
            "qemu-xhci",
        ),
    ]


def free_port() -> int:
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tell_machine(home: Path, order: str, **arguments: object) -> None:
    """Have qemu do something: pull a cable, cut the power.

    Raises:
        LabError: it refuses, or does not answer.

    """
    _tell(home, 10, order, **arguments)


def save(home: Path) -> None:
    """Have qemu keep the machine as it runs, memory and disks, inside its first disk.

    Raises:
        LabError: it could not.

    """
    if said := _tell(
        home, SAVE_SECONDS, "human-monitor-command", **{"command-line": f"savevm {KEPT}"}
    ):
        raise LabError(f"savevm: {said}")


# JSON
def ask_agent(home: Path, order: str, seconds: float = 5, **arguments: object) -> Any:  # noqa: ANN401
    """Return what the guest's agent answers.

    Raises:
        LabError: it refuses, or does not answer.

    """
    number = secrets.randbits(30)
    with _line(home / "agent", seconds) as stream:
        _say(stream, "guest-sync", id=number)
        while _answer(stream, "guest-sync") != number:
            pass  # what the agent owes to somebody who did not wait comes first
        return _ask(stream, order, **arguments)


def await_agent(process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until the guest's agent answers.

    Raises:
        LabError: the machine ended, or did not come up.

    """
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ask_agent(home, "guest-ping")
        except LabError:
            time.sleep(0.2)
        else:
            return
    raise LabError(f"the machine did not come up; its console said:\n{console(home)}")


def console(home: Path) -> str:
    """Return the end of what the machine wrote on its console."""
    path = home / "console"
    return path.read_text(errors="replace")[-3000:] if path.exists() else ""


def run(home: Path, script: str, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run a shell script as the guest's root through its agent, without its sshd or its network.

    Raises:
        LabError: the agent does not answer.
        TimeoutExpired: the script has not ended in time.

    """
    surroundings = [
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL=C",
        "HOME=/root",
        "DEBIAN_FRONTEND=noninteractive",
    ]
    call = {
        "path": "/bin/sh",
        "arg": ["-c", f"cd /root\n{script}"],
        "env": surroundings,
        "capture-output": True,
    }
    pid = ask_agent(home, "guest-exec", AGENT_SECONDS, **call)["pid"]
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        done = ask_agent(home, "guest-exec-status", AGENT_SECONDS, pid=pid)
        if done["exited"]:
            out, err = (
                base64.b64decode(done.get(f"{name}-data", "")).decode(errors="replace")
                for name in _STREAMS
            )
            return subprocess.CompletedProcess(
                script, done.get("exitcode", -done.get("signal", 0)), out, err
            )
        time.sleep(0.1)
    raise subprocess.TimeoutExpired(script, timeout)


_STREAMS = ("out", "err")


# JSON
def _tell(home: Path, seconds: float, order: str, **arguments: object) -> Any:  # noqa: ANN401
    with _line(home / "qmp", seconds) as stream:
        _ask(stream, "qmp_capabilities")
        return _ask(stream, order, **arguments)


@contextmanager
def _line(wire: Path, seconds: float) -> Iterator[IO[str]]:
    """Give a connection to a socket of qemu, as a stream of lines."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(seconds)
            line.connect(str(wire))
            with line.makefile("rw", encoding="utf-8") as stream:
                yield stream
    except (OSError, ValueError) as error:
        raise LabError(f"{wire.name}: {error}") from error


def _ask(stream: IO[str], order: str, **arguments: object) -> Any:  # noqa: ANN401 -- JSON
    _say(stream, order, **arguments)
    return _answer(stream, order)


def _say(stream: IO[str], order: str, **arguments: object) -> None:
    stream.write(json.dumps({"execute": order, "arguments": arguments}) + "\n")
    stream.flush()


def _answer(stream: IO[str], order: str) -> Any:  # noqa: ANN401 -- JSON
    while line := stream.readline():
        said = json.loads(line)
        if "return" in said:
            return said["return"]
        if "error" in said:
            raise LabError(f"{order}: {said['error']['desc']}")
    raise LabError(f"{order}: no answer")
