"""pyinfra's connectors, with passwords that go to standard input only (runs in the driver's
process).

pyinfra's own way puts the password of sudo on the host's command lines, where any user of that host
can read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any, ClassVar

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.util import CommandOutput, OutputLine, make_unix_command

_OF_THE_CONNECTOR = ("_timeout", "_get_pty", "_success_exit_codes")
_OF_SUDO = (
    "_sudo",
    "_sudo_user",
    "_sudo_password",
    "_use_sudo_login",
    "_preserve_sudo_env",
    "_temp_dir",
)
_PRINTED, _LINES = 4 * 2**20, 100_000
"""Bytes and lines that one command may print on one stream."""
_IN_ALL = 32 * 2**20
"""Characters that all commands on a host may print."""
_CHUNK = 2**16
FLOODED = (
    f"the host printed more than {_PRINTED // 2**20} MiB at once, or {_IN_ALL // 2**20} MiB in all"
)
Passwords = dict[str, str | None]


class GivenUp(BaseException):
    """A host that is not worked on any further; no role and nothing of pyinfra's catches it."""


# Pyinfra's
def read_capped(name: str, stream: Any, lines: Queue[OutputLine], **_printing: Any) -> None:  # noqa: ANN401
    """Read a stream of a command into lines, in place of pyinfra's own way, which has no limit.

    Where there is too much, the command is ended: nobody reads on, and it would be waited for.
    """
    held, room = b"", _PRINTED
    for chunk in _chunks(name, stream):
        room -= len(chunk)
        *whole, held = (held + chunk).split(b"\n") if b"\n" in chunk else [held + chunk]
        if room < 0 or lines.qsize() + len(whole) > _LINES:
            lines.put(OutputLine(name, FLOODED))
            getattr(stream, "channel", stream).close()
            return
        for line in whole:
            lines.put(OutputLine(name, line.decode("utf-8", "backslashreplace")))
    if held:
        lines.put(OutputLine(name, held.decode("utf-8", "backslashreplace")))


# A file of paramiko's or of gevent's
def _chunks(name: str, stream: Any) -> Iterator[bytes]:  # noqa: ANN401
    channel = getattr(stream, "channel", None)
    read: Callable[[int], bytes] = stream.readline if channel is None else channel.recv
    if channel is not None and name == "stderr":
        read = channel.recv_stderr
    while chunk := read(_CHUNK):
        yield chunk


class _Sudo:
    """Gives sudo its password on standard input; where none is needed, none is given."""

    passwords: ClassVar[dict[str, Passwords]] = {}
    """By name of host: "password" and "become_password"."""
    printed: ClassVar[dict[str, int]] = {}
    """By name of host: characters so far."""
    host: Any

    def connect(self) -> None:
        """Connect, and find out once what sudo wants."""
        super().connect()  # type: ignore[misc]
        user = self.host.data.get("_sudo_user")
        if self.host.data.get("_sudo") and not self._run(_sudo(user, "-n"))[0]:
            password = self._mine()["become_password"]
            if not password:
                raise ConnectError("sudo wants a password, and none was given")
            reached, said = self._run(_sudo(user, "-S"), _stdin=[password])
            if not reached:
                raise ConnectError(f"sudo refused: {' '.join(said.stderr_lines[-1:])}")
        else:
            self._mine()["become_password"] = None

    def run_shell_command(
        self,
        command: StringCommand,
        print_output: bool = False,  # noqa: FBT001, FBT002 -- pyinfra's signature
        print_input: bool = False,  # noqa: FBT001, FBT002 -- pyinfra's signature
        **arguments: Any,  # noqa: ANN401 -- pyinfra's own arguments
    ) -> tuple[bool, CommandOutput]:
        """Run a command; return whether it succeeded, and what it printed."""
        del print_output, print_input
        password = self._mine()["become_password"]
        if not (arguments.get("_sudo") and password):
            return self._run(command, **arguments)
        stdin = arguments.pop("_stdin", None)
        if stdin is None:
            command = StringCommand("exec </dev/null;", command)
        kept = {name: arguments.pop(name) for name in _OF_THE_CONNECTOR if name in arguments}
        user = arguments.get("_sudo_user")
        inner = make_unix_command(
            command, **{k: v for k, v in arguments.items() if k not in _OF_SUDO}
        )
        given = stdin if isinstance(stdin, list | tuple) else [stdin or ""]
        return self._run(
            _sudo(user, "-S", inner), _shell_executable=None, _stdin=[password, *given], **kept
        )

    # The same
    def _run(self, command: StringCommand, **arguments: Any) -> tuple[bool, CommandOutput]:  # noqa: ANN401
        result: tuple[bool, CommandOutput] = super().run_shell_command(command, **arguments)  # type: ignore[misc]
        lines = result[1].combined_lines
        printed = self.printed.get(self.host.name, 0) + sum(len(line.line) for line in lines)
        self.printed[self.host.name] = printed
        if printed > _IN_ALL or any(line.line is FLOODED for line in lines):
            raise GivenUp(FLOODED)
        return result

    def _mine(self) -> Passwords:
        return self.passwords[self.host.name]


def _sudo(user: str | None, how: str, inner: StringCommand | None = None) -> StringCommand:
    """Return a command run by sudo; -k: what sudo remembers must not decide whether it reads the
    password.
    """
    who = ("-u", QuoteString(user or "root"))
    # Without output, so that pyinfra does not take a refusal to answer for a question to its user.
    command = inner or StringCommand("sh", "-c", ":", *(["2>/dev/null"] if how == "-n" else []))
    return StringCommand("sudo", "-H", "-k", how, "-p", QuoteString(""), *who, "--", command)


class Ssh(_Sudo, SSHConnector):
    """A host over SSH."""

    def make_paramiko_kwargs(self) -> dict[str, Any]:
        """Return what the SSH client is told, with the password, if there is one."""
        kwargs: dict[str, Any] = super().make_paramiko_kwargs()
        password = self._mine()["password"]
        return {**kwargs, "password": password} if password else kwargs


class Local(_Sudo, LocalConnector):
    """This machine."""
