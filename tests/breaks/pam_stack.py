"""Breaks the stacks of PAM in one respect, by a service made for it."""

from __future__ import annotations

from typing import Any

_LINES = {
    "accounts_gated": "account required pam_permit.so",
    "failures_counted": "auth required pam_unix.so",
    "modules_there": "session required pam_nope.so",
    "password_asked": "auth sufficient pam_permit.so",
    "passwords_checked": "password required pam_unix.so",
    "programs_approved": "session optional pam_exec.so /bin/true",
    "sessions_sound": "session optional pam_env.so envfile=/opt/broken",
    "umask_kept": "session optional pam_umask.so umask=0000",
}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script that adds a service with one line that must not be."""
    return f"echo '{_LINES[params.aspect]}' > /etc/pam.d/broken-{params.aspect.replace('_', '-')}\n"
