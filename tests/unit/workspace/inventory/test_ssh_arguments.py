"""Arguments of ssh in an inventory are read as ssh reads them, and what starts a program is told
apart.
"""

from __future__ import annotations

import pytest

from tuile.workspace.inventory.ssh_arguments import options, programs


def read(words: str) -> dict[str, str]:
    """Return the options of such arguments."""
    return options({"ansible_ssh_common_args": words})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "-C -o ControlMaster=auto -c aes256-gcm@openssh.com -S none -4",
            "compression ciphers addressfamily",
        ),
        ("-J bastion -oPort=22 -o 'User ops'", "proxyjump port user"),
        ("-qTti key -vvv -N", "identityfile"),
        ("-L 80:a:80 -R1:b:2 -D 9 -E log -w any -o RemoteCommand=id -o SendEnv=*", ""),
        ("-F ./config -I ./lib.so -m hmac-sha2-256", "configfile pkcs11provider macs"),
        ("-o port=1 -o Port=2", "port"),
    ],
)
def test_arguments(words: str, found: str) -> None:
    """Flags in one word, values after or in it; what has no part in reaching a host is left out."""
    assert list(read(words)) == found.split()


def test_the_first_of_a_name_counts() -> None:
    """As in ssh."""
    assert read("-o port=1 -p 2") == {"port": "1"}


@pytest.mark.parametrize("words", ["bastion", "-", "-o 'a=b\nProxyCommand id'", "-Z"])
def test_what_ssh_does_not_know(words: str) -> None:
    """It is not guessed at, and no value has a second line."""
    with pytest.raises(ValueError, match=r"cannot read|control character"):
        read(words)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "-o ProxyCommand=id",
            "-o KnownHostsCommand=id",
            "-o LocalCommand=id",
            "-o PermitLocalCommand=yes",
        ),
        *(
            "-o PKCS11Provider=./a.so",
            "-I ./a.so",
            "-o SecurityKeyProvider=./a.so",
            "-o IdentityAgent=./s",
        ),
        *(
            "-F ./config",
            "-o Match=exec",
            "-o 'Include ./config'",
            "-o SmartcardDevice=./a.so",
            "-o XAuthLocation=./x",
        ),
        *("-o proxyCOMMAND=id", "-o ANewOption=id", "-o Match=none"),
        "-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=~/.ssh/authorized_keys",
    ],
)
def test_what_starts_a_program(words: str) -> None:
    """Whatever is not known to be harmless counts."""
    assert len([*programs(read(words))]) == 1


@pytest.mark.parametrize(
    "words",
    [
        *(
            "-F none",
            "-F /dev/null",
            "-o ProxyCommand=none",
            "-o IdentityAgent=none",
            "-J bastion -i key -p 22",
        ),
        "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        "-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=./known_hosts.lens",
        "-o UserKnownHostsFile=./keys -o HostKeyAlias=a -o Ciphers=aes256-gcm@openssh.com",
    ],
)
def test_what_starts_none(words: str) -> None:
    """Where, by whose key, and how."""
    assert [*programs(read(words))] == []
