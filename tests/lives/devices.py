"""What people use beside the host: a printer in the network, and a card in a reader at their
workplace.
"""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread

from tests.lab import LabHost
from tests.lab.fetch import packages_for
from tests.lab.shell import LabError

PACKAGES = ("cups", "cups-client", "vsmartcard-vpcd", "opensc", "polkitd")
"""The print service as a site has it; a reader that no kernel need know, a program that reads
cards, and polkit, which
says who may use a reader."""
LABELS, PAGES = "labels", "office"
"""Print queues: to the one all goes as it is, to the other as pages that a driver has drawn."""
LABEL = "^XA^FO50,50^FDLab 7^FS^XZ"
SECONDS = 60
"""Within which what is sent comes out of the printer."""
NUMBER = "80 10 00 00 01"
"""What the card's number is, in the number of a command that only this card knows."""

_DEBS = "/var/cache/lives"
_FURNISH = """
set -e
dpkg --force-unsafe-io --install {debs}/*.deb > {debs}/told 2>&1 || {{ cat {debs}/told; exit 1; }}
rm -r {debs}
lpadmin -p {labels} -E -v socket://{address}:{port} -m raw
lpadmin -p {pages} -E -v socket://{address}:{port} -m drv:///sample.drv/laserjet.ppd
"""
_CARD = """
import socket, time
ANSWERS = {b"\\4": bytes.fromhex("3b65000063617264 65"), bytes.fromhex("8010000001"): b"7\\x90\\x00"}
POWER = (b"\\0", b"\\1", b"\\2")
def lie_in(reader):
    stream = reader.makefile("rb")
    while size := stream.read(2):
        asked = stream.read(int.from_bytes(size, "big"))
        if asked not in POWER:
            said = ANSWERS.get(asked, b"\\x6d\\x00")
            reader.sendall(len(said).to_bytes(2, "big") + said)
while True:
    try:
        with socket.create_connection(("127.0.0.1", 35963)) as reader:
            lie_in(reader)
    except OSError:
        pass
    time.sleep(0.2)
"""
"""A card, as the reader of vsmartcard speaks to one: each message behind its length in two bytes.
It waits for the
reader, which pcscd has only while somebody asks for it, and for a minute more."""
_AT_THE_WORKPLACE = (
    *("systemd-run", "--quiet", "--wait", "--pipe", "--collect", "--property=PAMName=login"),
    *("--property=WorkingDirectory=/", "--setenv=XDG_SEAT=seat0", "--setenv=XDG_SESSION_TYPE=tty"),
)
"""A session at the host's own seat: to polkit, one who is there."""


@dataclass
class Printer:
    """A printer that takes what it is sent on a socket."""

    address: str
    port: int
    jobs: Queue[bytes] = field(default_factory=Queue)

    def next_job(self) -> bytes:
        """Return what comes out next; nothing where nothing comes."""
        try:
            return self.jobs.get(timeout=SECONDS)
        except Empty:
            return b""


@contextmanager
def printer(host: LabHost) -> Iterator[Printer]:
    """Give a printer in the network of a host, for as long as the block lasts."""
    address = host.slot.address(0)
    with socket.create_server((address, 0)) as server:
        made = Printer(address, server.getsockname()[1])
        thread = Thread(target=_print, args=(server, made.jobs))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def furnish(host: LabHost, made: Printer) -> None:
    """Install what goes with printers and cards, and make the queues.

    Raises:
        LabError: that went wrong.

    """
    host.bring(packages_for(host.release, PACKAGES), _DEBS)
    names = {"debs": _DEBS, "labels": LABELS, "pages": PAGES}
    done = host.run(_FURNISH.format(address=made.address, port=made.port, **names))
    if done.returncode:
        raise LabError(f"{host.name}: {(done.stdout + done.stderr)[-500:]}")


def prints(host: LabHost, made: Printer, who: str) -> str:
    """Have somebody print a label as it is and a page by way of a driver, over SSH."""
    for queue, text, begins in ((LABELS, LABEL, LABEL.encode()), (PAGES, "Bonjour", b"\x1bE")):
        done = host.ssh(f"echo {shlex.quote(text)} | lp -d {queue}", who)
        if done.returncode:
            return f"{done.returncode}: {done.stderr.strip()}"
        if not (came := made.next_job()).startswith(begins):
            return f"{queue}: {came[:80]!r} came out; {_log(host)}"
    return ""


def withdraws(host: LabHost, who: str) -> str:
    """Have somebody send a page that is to wait, see it waiting, and withdraw it."""
    waits = f"lpstat -o {LABELS} | grep -q '^{LABELS}-'"
    take = f"cancel $(lpstat -o {LABELS} | cut -d' ' -f1)"
    script = f"echo no | lp -d {LABELS} -H hold && {waits} && {take} && ! {waits}"
    done = host.ssh(script, who)
    return (
        ""
        if done.returncode == 0
        else f"{done.returncode}: {(done.stdout + done.stderr).strip()}; {_log(host)}"
    )


def reads_card(host: LabHost, who: str) -> str:
    """Have somebody at the workplace put a card into the reader, and ask it for its number."""
    put_in = [
        "systemd-run",
        "--quiet",
        "--collect",
        "--unit=lives-card",
        "/usr/bin/python3",
        "-c",
        _CARD,
    ]
    read = (
        "opensc-tool --wait --atr && opensc-tool --atr && opensc-tool --card-driver default"
        f" --send-apdu '{NUMBER}'"
    )
    session = [*_AT_THE_WORKPLACE, f"--property=User={who}", "timeout", "180", "sh", "-c", read]
    done = host.run(
        f"{shlex.join(put_in)}\n{shlex.join(session)} </dev/null; systemctl stop"
        " lives-card.service",
        240,
    )
    if "3b:65:00:00:63:61:72:64:65" in done.stdout and "SW1=0x90" in done.stdout:
        return ""
    return (
        f"{(done.stdout + done.stderr).strip()[-400:]};"
        f" {host.run('journalctl -q -u pcscd -n 5').stdout}"
    )


def _print(server: socket.socket, jobs: Queue[bytes]) -> None:
    with suppress(OSError):  # it is taken away
        while True:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                jobs.put(stream.read())


def _log(host: LabHost) -> str:
    return host.run(
        f"lpstat -p {LABELS} {PAGES}; tail -n 4 /var/log/cups/error_log"
    ).stdout.strip()[-600:]
