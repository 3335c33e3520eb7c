"""pyinfra's connectors, with passwords that go to standard input only (runs in the driver's process).

pyinfra's own way puts the password of sudo on the host's command lines, where any user of that host can read it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.util import CommandOutput, make_unix_command

_OF_THE_CONNECTOR = ("_timeout", "_get_pty", "_success_exit_codes")
_OF_SUDO = ("_sudo", "_sudo_user", "_sudo_password", "_use_sudo_login", "_preserve_sudo_env", "_temp_dir")
Passwords = dict[str, str | None]


class _Sudo:
    """Gives sudo its password on standard input; where none is needed, none is given."""

    passwords: ClassVar[dict[str, Passwords]] = {}
    """By name of host: "password" and "become_password"."""
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
        inner = make_unix_command(command, **{k: v for k, v in arguments.items() if k not in _OF_SUDO})
        given = stdin if isinstance(stdin, list | tuple) else [stdin or ""]
        return self._run(_sudo(user, "-S", inner), _shell_executable=None, _stdin=[password, *given], **kept)

    def _run(self, command: StringCommand, **arguments: Any) -> tuple[bool, CommandOutput]:  # noqa: ANN401 -- the same
        result: tuple[bool, CommandOutput] = super().run_shell_command(command, **arguments)  # type: ignore[misc]
        return result

    def _mine(self) -> Passwords:
        return self.passwords[self.host.name]


def _sudo(user: str | None, how: str, inner: StringCommand | None = None) -> StringCommand:
    """Return a command run by sudo; -k: what sudo remembers must not decide whether it reads the password."""
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
