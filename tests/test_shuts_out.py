"""What would shut out who logs in is known from the rule and the inventory alone, before anything
is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from checks.linux import account, package, service, sshd_option, sudo_option
from tuile.policy.kind import Login, Params

OPS = Login("ops", groups=("ops", "adm"), key="ssh-rsa")
BY_PASSWORD = Login("ops", by_password=True, has_password=True)
BOTH = Login("ops", has_password=True)
JUMP = Login("ops", on_the_way_to="srv-dmz-01")
OLD = Login("ops", speaks={"kexalgorithms": frozenset({"curve25519-sha256"})})


@pytest.mark.parametrize(
    ("option", "value", "login", "out"),
    [
        ("PermitRootLogin", "no", Login("root"), True),
        ("permitrootlogin", "without-password", Login("root"), False),
        ("PermitRootLogin", "prohibit-password", Login("root", by_password=True), True),
        ("PermitRootLogin", "no", OPS, False),
        ("PasswordAuthentication", "no", BY_PASSWORD, True),
        ("PasswordAuthentication", "no", OPS, False),
        ("PubkeyAuthentication", "no", OPS, True),
        ("PubkeyAuthentication", "no", BY_PASSWORD, False),
        ("X11Forwarding", "no", Login("root", by_password=True), False),
        ("AuthenticationMethods", "publickey,password", OPS, True),
        ("AuthenticationMethods", "publickey,password", BOTH, False),
        ("AuthenticationMethods", "publickey", BY_PASSWORD, True),
        ("AuthenticationMethods", "publickey,keyboard-interactive publickey", OPS, False),
        ("AuthenticationMethods", "any", OPS, False),
        ("AllowUsers", "admin tuile", OPS, True),
        ("AllowUsers", "admin op?@10.0.0.0/8", OPS, False),
        ("DenyUsers", "o*", OPS, True),
        ("DenyUsers", "ops@192.0.2.7", OPS, False),
        ("AllowGroups", "ssh-users", OPS, True),
        ("AllowGroups", "ssh-users adm", OPS, False),
        ("AllowGroups", "ssh-users", Login("ops"), False),
        ("DenyGroups", "adm", OPS, True),
        ("DenyGroups", "games", OPS, False),
        ("PubkeyAcceptedAlgorithms", "ssh-ed25519", OPS, True),
        ("PubkeyAcceptedAlgorithms", "ssh-ed25519,rsa-sha2-512", OPS, False),
        ("PubkeyAcceptedAlgorithms", "ssh-ed25519", Login("ops"), False),
        ("PubkeyAcceptedAlgorithms", "-ssh-rsa", OPS, False),
        ("PubkeyAcceptedAlgorithms", "-ssh-rsa,rsa-sha2-*", OPS, True),
        ("KexAlgorithms", "mlkem768x25519-sha256", OLD, True),
        ("KexAlgorithms", "mlkem768x25519-sha256,curve25519-sha256", OLD, False),
        ("Port", "2222", OPS, True),
        ("Port", "22", OPS, False),
        ("ForceCommand", "/usr/bin/rsync", OPS, True),
        ("MaxSessions", "0", OPS, True),
        ("MaxSessions", "10", OPS, False),
        ("AllowTcpForwarding", "no", JUMP, True),
        ("AllowTcpForwarding", "local", JUMP, False),
        ("AllowTcpForwarding", "no", OPS, False),
        ("DisableForwarding", "yes", JUMP, True),
    ],
)
def test_options_of_sshd_that_shut_out(option: str, value: str, login: Login, *, out: bool) -> None:
    """Accounts and groups that are left out, proofs and algorithms that are not taken, ways through
    that are closed.
    """
    assert (sshd_option.shuts_out(sshd_option.Params(option, value), login, {}) is not None) is out


SERVICE_ACCOUNT: Mapping[str, Any] = {"offenders": ("ops (/bin/bash)", "games (/bin/sh)")}


@pytest.mark.parametrize(
    ("kind", "params", "login", "seen", "out"),
    [
        (account, account.Params("system_locked"), OPS, SERVICE_ACCOUNT, True),
        (account, account.Params("system_locked"), Login("tuile"), SERVICE_ACCOUNT, False),
        (account, account.Params("approved_only"), OPS, SERVICE_ACCOUNT, False),
        (package, package.Params("openssh-server", "absent"), OPS, {}, True),
        (package, package.Params("sudo", "absent"), OPS, {}, True),
        (package, package.Params("sudo", "absent"), Login("root"), {}, False),
        (package, package.Params("sudo", "present"), OPS, {}, False),
        (service, service.Params("ssh", running=False), OPS, {}, True),
        (service, service.Params("sshd.service", masked=True), OPS, {}, True),
        (service, service.Params("ssh", running=True), OPS, {}, False),
        (service, service.Params("rsync", running=False), OPS, {}, False),
        (
            sudo_option,
            sudo_option.Params("rootpw", "yes"),
            Login("ops", sudo_password=True),
            {},
            True,
        ),
        (
            sudo_option,
            sudo_option.Params("rootpw", "no"),
            Login("ops", sudo_password=True),
            {},
            False,
        ),
        (sudo_option, sudo_option.Params("rootpw", "yes"), OPS, {}, False),
        (sudo_option, sudo_option.Params("noexec", "yes", user="ops"), OPS, {}, True),
        (sudo_option, sudo_option.Params("noexec", "yes", user="backup"), OPS, {}, False),
    ],
)
def test_kinds_that_shut_out(
    kind: ModuleType, params: Params, login: Login, seen: Mapping[str, Any], *, out: bool
) -> None:
    """The account is locked, its server or sudo goes, or sudo asks for what nobody here knows; both
    tongues say so.
    """
    why = kind.shuts_out(params, login, seen)
    assert (why is not None) is out
    assert why is None or (why.en and why.fr and why.en != why.fr)
