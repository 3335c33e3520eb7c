"""Breaks an option of sshd in a drop-in that comes first.

The running sshd is left alone: nobody is locked out.
"""

from __future__ import annotations

from shlex import quote
from typing import Any

_WEAK = {
    "Ciphers": "aes128-cbc",
    "MACs": "hmac-sha1",
    "KexAlgorithms": "diffie-hellman-group14-sha1",
}
_WEAK |= {"PubkeyAcceptedAlgorithms": "ssh-rsa", "HostKeyAlgorithms": "ssh-rsa"}
_WEAK |= {"AuthorizedKeysFile": "/etc/ssh/keys-of-%u"}
_OTHERS = {
    "MaxStartups": "100:30:200",
    "LogLevel": "QUIET",
    "Banner": "none",
    "SyslogFacility": "LOCAL7",
}
_OTHERS |= {
    "AuthorizedKeysCommand": "/usr/bin/cat\nAuthorizedKeysCommandUser nobody",
    "RekeyLimit": "4G 8h",
}
_OTHERS |= {"AuthorizedPrincipalsCommand": "/usr/bin/cat\nAuthorizedPrincipalsCommandUser nobody"}
_OTHERS |= {"SecurityKeyProvider": "/usr/lib/openssh/of-nobody.so"}
_OTHERS |= {"TrustedUserCAKeys": "/etc/ssh/ssh_host_ed25519_key.pub"}


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which sshd's files say otherwise."""
    line = quote(f"{params.option} {_other(params)}")
    return (
        f"mkdir -p /etc/ssh/sshd_config.d\nprintf '%s\\n' {line} >>"
        " /etc/ssh/sshd_config.d/00-broken.conf\n"
    )


def _other(params: Any) -> str:  # noqa: ANN401 -- the same
    if params.compare == "subset_of":
        between = " " if params.option == "AuthorizedKeysFile" else ","
        return f"{params.value}{between}{_WEAK[params.option]}"
    if params.option in _OTHERS:
        return _OTHERS[params.option]
    if params.compare == "at_most":
        return str(int(params.value) + 1)
    if params.compare == "at_least":
        return str(int(params.value) // 2)
    return "no" if params.value == "yes" else "yes"
