"""The options of ssh(1) in an inventory: which say how a host is reached, and which start a program
here.

Source: ssh(1) and ssh_config(5) of OpenSSH 9.2 and 10.0.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tuile.workspace.inventory.truth import truth

_SSH_ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
_KEY_CHECKING = ("ansible_host_key_checking", "ansible_ssh_host_key_checking")
_LETTERS: Mapping[str, str] = {
    "B": "bindinterface",
    "F": "configfile",
    "I": "pkcs11provider",
    "J": "proxyjump",
    "S": "controlpath",
    "b": "bindaddress",
    "c": "ciphers",
    "i": "identityfile",
    "l": "user",
    "m": "macs",
    "p": "port",
    **dict.fromkeys("DELOPQRWew", ""),
}
"""Letters that take a value, and the option that each stands for; "": none that matters to reach a
host.
"""
_FLAGS: Mapping[str, tuple[str, str]] = {
    "4": ("addressfamily", "inet"),
    "6": ("addressfamily", "inet6"),
}
_FLAGS_OF_SSH = frozenset("46AaCfGgKkMNnqsTtVvXxYy")
_NOT_OURS = frozenset(
    {
        *(
            "clearallforwardings",
            "controlmaster",
            "controlpath",
            "controlpersist",
            "dynamicforward",
            "escapechar",
        ),
        *(
            "exitonforwardfailure",
            "forkafterauthentication",
            "forwardagent",
            "forwardx11",
            "forwardx11timeout",
        ),
        *(
            "forwardx11trusted",
            "gatewayports",
            "localforward",
            "permitremoteopen",
            "remotecommand",
            "remoteforward",
        ),
        *(
            "requesttty",
            "sendenv",
            "sessiontype",
            "setenv",
            "stdinnull",
            "tunnel",
            "tunneldevice",
            "updatehostkeys",
        ),
        *(
            "enableescapecommandline",
            "loglevel",
            "logverbose",
            "syslogfacility",
            "streamlocalbindmask",
        ),
        *("streamlocalbindunlink", "batchmode", "visualhostkey", "addkeystoagent"),
    }
)
"""Options that have no part in how a host is reached, or that Tuile sets itself."""
_DATA = frozenset(
    {
        *(
            "addressfamily",
            "bindaddress",
            "bindinterface",
            "canonicaldomains",
            "canonicalizefallbacklocal",
        ),
        *(
            "canonicalizehostname",
            "canonicalizemaxdots",
            "canonicalizepermittedcnames",
            "casignaturealgorithms",
        ),
        *(
            "certificatefile",
            "challengeresponseauthentication",
            "checkhostip",
            "ciphers",
            "compression",
        ),
        *(
            "connectionattempts",
            "connecttimeout",
            "fingerprinthash",
            "globalknownhostsfile",
            "gssapiauthentication",
        ),
        *(
            "gssapidelegatecredentials",
            "hashknownhosts",
            "hostbasedacceptedalgorithms",
            "hostbasedauthentication",
        ),
        *(
            "hostbasedkeytypes",
            "hostkeyalgorithms",
            "hostkeyalias",
            "hostname",
            "identitiesonly",
            "identityfile",
        ),
        *(
            "ignoreunknown",
            "ipqos",
            "kbdinteractiveauthentication",
            "kbdinteractivedevices",
            "kexalgorithms",
            "macs",
        ),
        *("nohostauthenticationforlocalhost", "numberofpasswordprompts", "obscurekeystroketiming"),
        *(
            "passwordauthentication",
            "port",
            "preferredauthentications",
            "proxyjump",
            "proxyusefdpass",
        ),
        *(
            "pubkeyacceptedalgorithms",
            "pubkeyacceptedkeytypes",
            "pubkeyauthentication",
            "rekeylimit",
        ),
        *(
            "requiredrsasize",
            "revokedhostkeys",
            "serveralivecountmax",
            "serveraliveinterval",
            "stricthostkeychecking",
        ),
        *("tcpkeepalive", "user", "userknownhostsfile", "verifyhostkeydns", "warnweakcrypto"),
    }
)
"""Options that start nothing and write nothing, whatever their value (`_writes` has the exception).
"""
_NOWHERE = ("", "none", "/dev/null")
_LAX = ("no", "off", "accept-new")


def options(variables: Mapping[str, Any]) -> dict[str, str]:
    """Return the options by lower-case name that the variables of a host give; the first of a name
    wins, as in ssh.

    Raises:
        ValueError: they make no sense; in words.

    """
    found: dict[str, str] = {}
    for name in _SSH_ARGUMENTS:
        if variables.get(name):
            try:
                for key, value in _arguments(shlex.split(str(variables[name]))):
                    found.setdefault(key, value)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    if any(name in variables and not truth(variables[name]) for name in _KEY_CHECKING):
        found["stricthostkeychecking"] = "no"
    return {name: value for name, value in found.items() if name not in _NOT_OURS}


def programs(given: Mapping[str, str]) -> Iterator[str]:
    """Yield, as ssh_config(5) writes them, the options that start a program here, or write where
    they should not.
    """
    for name, value in given.items():
        nothing = name not in ("host", "match", "include") and value.lower() in _NOWHERE
        if not nothing and (name not in _DATA or _writes(name, value, given)):
            yield f"-F {value}" if name == "configfile" else f"{_WRITTEN.get(name, name)}={value}"


_WRITTEN = {
    name.lower(): name
    for name in (
        *(
            "ProxyCommand",
            "KnownHostsCommand",
            "LocalCommand",
            "PermitLocalCommand",
            "PKCS11Provider",
            "Match",
        ),
        *("SecurityKeyProvider", "IdentityAgent", "Include", "XAuthLocation", "UserKnownHostsFile"),
    )
}


def _writes(name: str, value: str, given: Mapping[str, str]) -> bool:
    """Return whether unknown keys would be written into a file that is not there for them."""
    lax = given.get("stricthostkeychecking", "").lower() in _LAX
    if name != "userknownhostsfile" or not lax:
        return False
    return any(
        "known_hosts" not in word.rsplit("/", 1)[-1]
        for word in value.split()
        if word not in _NOWHERE
    )


def _arguments(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    rest = iter(words)
    for word in rest:
        if len(word) < 2 or not word.startswith("-"):  # noqa: PLR2004 -- a dash and a letter
            raise ValueError(f'cannot read "{word}"')
        yield from _cluster(word[1:], rest, word)


def _cluster(letters: str, rest: Iterator[str], word: str) -> Iterator[tuple[str, str]]:
    """Yield what one word stands for: flags, and last perhaps a letter whose value follows, in it
    or after it.
    """
    for place, letter in enumerate(letters):
        if letter == "o" or letter in _LETTERS:
            value = letters[place + 1 :] or next(rest, "")
            yield from _option(value) if letter == "o" else _named(_LETTERS[letter], value)
            return
        if letter not in _FLAGS_OF_SSH:
            raise ValueError(f'cannot read "{word}"')
        if letter in _FLAGS:
            yield _FLAGS[letter]
        elif letter == "C":
            yield "compression", "yes"


def _option(text: str) -> Iterable[tuple[str, str]]:
    key, _, value = re.sub(r"\s*[=\s]\s*", "=", text.strip(), count=1).partition("=")
    if any(ord(letter) < ord(" ") for letter in text):
        raise ValueError(f"{key!r} holds a control character")
    return [(key.lower(), _unquoted(value))] if key else []


def _named(name: str, value: str) -> Iterable[tuple[str, str]]:
    if any(ord(letter) < ord(" ") for letter in value):
        raise ValueError(f"{name} holds a control character")
    return [(name, value)] if name else []


def _unquoted(value: str) -> str:
    """Return a value without the quotes around the whole of it, as ssh reads it."""
    whole = len(value) > 1 and value[0] == value[-1] == '"' and '"' not in value[1:-1]
    return value[1:-1] if whole and " " not in value else value
