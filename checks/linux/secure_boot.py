"""The firmware starts nothing but signed code: UEFI Secure Boot is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads the variable SecureBoot of the firmware. A machine that was not started by UEFI"
        " fails."
    ),
    fr=(
        "Lit la variable SecureBoot du micrologiciel. Une machine qui n’a pas été démarrée par UEFI"
        " échoue."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Switch Secure Boot on in the firmware's setup, at the machine; one that starts by BIOS "
        "has to be installed "
        "again by UEFI."
    ),
    fr=(
        "Activer Secure Boot dans le micrologiciel, devant la machine ; une machine qui démarre "
        "par BIOS doit être "
        "réinstallée en UEFI."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Which keys the firmware and shim trust besides those of the distribution.",
        fr=(
            "Les clés admises par le micrologiciel et par shim en plus de celles de la"
            " distribution."
        ),
    ),
    Text(
        en="Firmware that was tampered with and says what is expected.",
        fr="Un micrologiciel altéré qui répond ce qu’on attend.",
    ),
)

_VARIABLE = "od -An -tu1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_VALUE = 4
"""Four bytes of attributes come before the value."""


@dataclass(frozen=True)
class Params:
    """What a rule says: nothing but that it is on."""


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    uefi: bool = said("started by UEFI", "démarrée par UEFI")
    enabled: bool = said("Secure Boot", "Secure Boot")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is called alike
    """Return what it is about."""
    return "Secure Boot"


def observe(host: Host, params: Params) -> State:  # noqa: ARG001 -- every kind is called alike
    """Read the variable of the firmware.

    Raises:
        Unseen: the firmware's variables cannot be read.

    """
    firmware = output_of(host.run("ls /sys/firmware"))
    answer = host.run(_VARIABLE)
    if "efi" not in firmware.split():
        return State(uefi=False, enabled=False)
    if answer.rc != 0 and "No such file" in answer.stderr:
        variables = output_of(host.run("ls /sys/firmware/efi/efivars"))
        if not variables.strip():
            raise Unseen(
                "the firmware's variables are not mounted (efivarfs)",
                "les variables du micrologiciel ne sont pas montées (efivarfs)",
            )
        return State(uefi=True, enabled=False)
    numbers = output_of(answer).split()
    return State(uefi=True, enabled=numbers[_VALUE:] == ["1"])


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that it is on."""
    return {"uefi": Equals(value=True), "enabled": Equals(value=True)}
