"""Which variables of our own environment a program that we start is given."""

from __future__ import annotations

from collections.abc import Mapping

_PLACES = ("HOME", "LOGNAME", "USER", "SHELL", "PATH", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_WORDS = ("LANG", "LANGUAGE", "TERM", "TZ")
_IDENTITY = (
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "KRB5CCNAME",
    "KRB5_CONFIG",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
)
_PASSED_ON = frozenset((*_PLACES, *_WORDS, *_IDENTITY))
_BEGINNINGS = ("LC_", "XDG_")


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what programs need to find their files, an agent and the time zone: no password, no
    setting of theirs.
    """
    return {
        name: value
        for name, value in environment.items()
        if name in _PASSED_ON or name.startswith(_BEGINNINGS)
    }
