"""Becoming another account through sudo, without a terminal."""

from __future__ import annotations

import re

from tuile.platforms.posix_shell.framing import CLEAN
from tuile.policy.target import Target
from tuile.transports import errors
from tuile.transports.interface import Channel

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_KEPT = 4096


class Login:
    """The way to another account through sudo: the password goes out only when sudo asks, and only
    once.
    """

    def __init__(self, target: Target, token: str) -> None:
        if not _PLAIN_NAME.fullmatch(target.become_user):
            raise errors.bad_account(target.become_user)
        self.prompt = f"tuile-password-{token}"
        self.refused = False
        self._ready = f"tuile-ready-{token}\n".encode()
        self._password = target.become_password
        self._asked = 0
        self._out = self._err = b""
        how = f"-S -p {self.prompt}" if self._password else "-n"
        # Backslashes, not quotes: sh, bash, csh, tcsh and fish all read them alike. LC_ALL: sudo's
        # words are read here. Twice: sudo is the system's own, whatever the account's PATH says,
        # and hands nothing on that it was told to.
        clean, escaped = " ".join(CLEAN), "\\ ".join(CLEAN)
        then = f"echo\\ tuile-ready-{token}\\;exec\\ {escaped}\\ /bin/sh\\ -s"
        self.command = f"{clean} sudo {how} -H -u {target.become_user} /bin/sh -c {then}"

    def said(self) -> str:
        """Return what sudo printed, without our own prompt."""
        return (self._out + b"\n" + self._err).decode("utf-8", "replace").replace(self.prompt, "")

    def take(self, data: bytes, *, stderr: bool) -> None:
        """Take some of what is printed."""
        if stderr:
            self._err = (self._err + data)[-_KEPT:]
        else:
            self._out = (self._out + data)[-_KEPT:]

    def go_on(self, channel: Channel) -> bytes | None:
        """Answer what was asked; return what follows the sign that the shell is there, or None
        before it.
        """
        if self._err.count(self.prompt.encode()) > self._asked:
            self._asked += 1
            if self._asked == 1 and self._password is not None:
                channel.write(self._password.reveal().encode() + b"\n")
            else:
                self._err += b"\n" + errors.WRONG_PASSWORD.encode()
                self.refused = True
        _, sign, rest = self._out.partition(self._ready)
        return rest if sign else None
