"""AppArmor is on, at boot too, and confines every program that it has a profile for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from tuile.platforms.linux.resources.file import GENERATED
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.platforms.linux.resources.unit import UNIT as UNIT_RESOURCE
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

UNIT = "apparmor.service"
ROLE_SEES = True
CHECKED = Text(
    en=(
        "Asks the kernel whether AppArmor is on, aa-status for the mode of each profile and for "
        "programs that run "
        "outside the profile they have, and systemd whether profiles are loaded at boot."
    ),
    fr=(
        "Demande au noyau si AppArmor est actif, à aa-status le mode de chaque profil et les "
        "programmes qui tournent "
        "hors du profil qu’ils ont, et à systemd si les profils sont chargés au démarrage."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Has the profiles loaded at boot and takes those that only complain into enforce mode. No "
        "program is "
        "restarted: one that runs outside its profile is confined from its next start, a kernel "
        "without AppArmor from the "
        "next boot with apparmor=1."
    ),
    fr=(
        "Fait charger les profils au démarrage et passe en mode contraint ceux qui ne font que se "
        "plaindre. Aucun "
        "programme n’est redémarré : celui qui tourne hors de son profil sera confiné à son "
        "prochain lancement, un noyau "
        "sans AppArmor au prochain démarrage avec apparmor=1."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "A single profile that was unloaded (apparmor_parser -R) or taken out of its folder, "
            "while others "
            "stay loaded."
        ),
        fr=(
            "Un seul profil déchargé (apparmor_parser -R) ou sans fichier, tant que d’autres"
            " restent chargés."
        ),
    ),
    Text(
        en="What a profile allows, and what a file under /etc/apparmor.d/local adds to it.",
        fr="Ce qu’un profil autorise, et ce qu’un fichier de /etc/apparmor.d/local y ajoute.",
    ),
)

_MODULE = "cat /sys/module/apparmor/parameters/enabled"
_AT_BOOT = "systemctl is-enabled apparmor.service"
_OFF = "ls -A /etc/apparmor.d/disable 2>/dev/null"
_FILES = (
    "grep -rlsE 'flags *= *[(][^)]*complain' /etc/apparmor.d --exclude-dir=abstractions "
    "--exclude-dir=tunables; "
    "find /etc/apparmor.d/force-complain -mindepth 1 2>/dev/null || :"
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    complain: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^\n]+$")], ...],
        Meta(
            description=(
                'Profiles that may be in complain mode, or disabled by their file: ["/usr/bin/man"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    enabled: bool = said("on in the kernel", "actif dans le noyau")
    at_boot: bool = said("profiles loaded at boot", "profils chargés au démarrage")
    profiles: bool = said("profiles loaded", "profils chargés")
    complaining: tuple[str, ...] = said(
        "profiles that only complain", "profils qui ne font que se plaindre"
    )
    unconfined: tuple[str, ...] = said(
        "programs outside their profile until restarted",
        "programmes hors de leur profil avant relance",
        until_reboot=True,
    )
    files: tuple[str, ...] = said("files that say so", "fichiers qui le disent")
    disabled: tuple[str, ...] = said("profiles disabled", "profils désactivés")


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is called alike
    """Return what it is about."""
    return "AppArmor"


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, aa-status and systemd.

    Raises:
        Unseen: one of them cannot be asked.

    """
    module, status, boot, told, off = together(
        host, (_MODULE,), ("aa-status --json",), (_AT_BOOT,), (_FILES,), (_OFF,)
    )
    at_boot, files = boot.stdout.strip() == "enabled", told.stdout.splitlines()
    disabled = tuple(
        sorted(name for name in off.stdout.splitlines() if name not in params.complain)
    )
    enabled = "No such file" not in module.stderr and output_of(module).strip() == "Y"
    if not enabled or status.rc == 127:  # noqa: PLR2004 -- "not found", in every shell
        return State(
            enabled,
            at_boot,
            profiles=False,
            complaining=(),
            unconfined=(),
            files=(),
            disabled=disabled,
        )
    if status.rc not in (0, 2):  # 2: no profile is loaded
        output_of(status)
    modes, processes = _status(status.stdout)
    return State(
        enabled,
        at_boot,
        profiles=bool(modes),
        complaining=tuple(
            sorted(
                name
                for name, mode in modes.items()
                if mode == "complain" and name not in params.complain
            )
        ),
        unconfined=processes,
        files=tuple(sorted(files)),
        disabled=disabled,
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is called alike
    """Return that it is on, complains of nothing, and that nothing runs outside its profile."""
    yes, none = Equals(value=True), Equals(())
    return {
        "enabled": yes,
        "at_boot": yes,
        "profiles": yes,
        "complaining": none,
        "unconfined": none,
        "disabled": none,
    }


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is called alike
    """Return the unit that loads the profiles."""
    return (UNIT_RESOURCE(UNIT),)


# Every kind is called alike
def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:  # noqa: ARG001
    """Return the files whose profiles only complain.

    Raises:
        Unseen: the kernel was started without AppArmor, or somebody disabled a profile, with reason
            perhaps.

    """
    if off := listed(seen.get("disabled")):
        raise Unseen(
            f"disabled by hand: take {off[0]} out of /etc/apparmor.d/disable, or name it in"
            " complain",
            f"désactivé à la main : retirer {off[0]} de /etc/apparmor.d/disable, ou le nommer dans"
            " complain",
        )
    if seen.get("enabled") is False:
        raise Unseen(
            "the kernel was started without AppArmor: apparmor=1 on its boot line, then a reboot",
            "le noyau a été démarré sans AppArmor : apparmor=1 sur sa ligne de démarrage, puis un"
            " redémarrage",
        )
    files = seen.get("files")
    return (*GENERATED.each(tuple(files) if isinstance(files, list | tuple) else ()), RELOAD(UNIT))


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _status(printed: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the modes of the profiles, and the programs that have one of them and run outside it."""
    try:
        status: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise Unseen(
            "aa-status does not answer in JSON", "aa-status ne répond pas en JSON"
        ) from error
    modes = {str(name): str(mode) for name, mode in status.get("profiles", {}).items()}
    outside = [
        program
        for program, runs in status.get("processes", {}).items()
        if any(
            run.get("status") == "unconfined" and modes.get(run.get("profile")) != "unconfined"
            for run in runs
        )
    ]
    return modes, tuple(sorted(outside))
