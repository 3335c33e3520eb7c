"""What would shut out who logs in is known from the rule and the inventory alone, before anything is done."""

from __future__ import annotations

import pytest

from checks.sshd_option import Params, shuts_out
from tuile.policy.kind import Login


@pytest.mark.parametrize(
    ("option", "value", "login", "out"),
    [
        ("PermitRootLogin", "no", Login("root"), True),
        ("permitrootlogin", "without-password", Login("root"), False),
        ("PermitRootLogin", "prohibit-password", Login("root", by_password=True), True),
        ("PermitRootLogin", "no", Login("ops"), False),
        ("PasswordAuthentication", "no", Login("ops", by_password=True), True),
        ("PasswordAuthentication", "no", Login("ops"), False),
        ("X11Forwarding", "no", Login("root", by_password=True), False),
    ],
)
def test_options_of_sshd_that_shut_out(option: str, value: str, login: Login, *, out: bool) -> None:
    """Root where root may not come in, and a password where none is taken."""
    assert (shuts_out(Params(option, value), login) is not None) is out
