"""What apt and dpkg run as root, read and trust besides packages is what packages brought, or is
approved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads apt’s effective settings for commands that it runs and for places that were moved, "
        "dpkg’s own settings, "
        "and the keys that apt trusts for every source; what a package brought and nobody changed "
        "since is approved."
    ),
    fr=(
        "Cherche dans les réglages effectifs d’apt les commandes qu’il lance et les emplacements "
        "déplacés, lit ceux de "
        "dpkg et les clés valables pour toutes les sources ; ce qu’un paquet a apporté, inchangé "
        "depuis, est approuvé."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Find out who put it there; remove the file under /etc/apt or /etc/dpkg, or approve the "
        "command or key in the "
        "rule with its reason. A vendor’s key belongs into /etc/apt/keyrings, named by its own "
        "source alone."
    ),
    fr=(
        "Retrouver qui l’a posé ; retirer le fichier sous /etc/apt ou /etc/dpkg, ou approuver la "
        "commande ou la clé "
        "dans la règle avec sa raison. La clé d’un éditeur va dans /etc/apt/keyrings, désignée "
        "par sa seule source."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "By which proxy apt fetches, and with which authorities for https: what it fetches is"
            " signed all the same."
        ),
        fr=(
            "Par quel mandataire apt télécharge, et avec quelles autorités pour https : tout est"
            " signé par ailleurs."
        ),
    ),
    Text(
        en=(
            "What the scripts inside a package do while it is installed; environment variables "
            "(APT_CONFIG) of whoever "
            "runs apt by hand."
        ),
        fr=(
            "Ce que font les scripts d’un paquet pendant son installation ; les variables "
            "d’environnement (APT_CONFIG) "
            "de qui lance apt à la main."
        ),
    ),
)

_SUMS = (
    "md5sum /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*"
    " /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/* 2>/dev/null"
)
_BROUGHT = "grep -aE '^ /etc/(apt|dpkg)/' /var/lib/dpkg/status"
_APT = "grep -aHs '' /etc/apt/apt.conf /etc/apt/apt.conf.d/*"
_DPKG = "grep -aHsE '^[^#]*[^#[:space:]]' /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/* /root/.dpkg.cfg"
_UNITS = (
    "systemctl show apt-daily.service apt-daily-upgrade.service unattended-upgrades.service"
    " --property=Id,Environment,EnvironmentFiles"
)
_PLACES = {
    "dir": "/",
    "rootdir": "",
    "dir::etc": "etc/apt",
    "dir::etc::sourcelist": "sources.list",
    "dir::etc::sourceparts": "sources.list.d",
    "dir::etc::main": "apt.conf",
    "dir::etc::parts": "apt.conf.d",
    "dir::etc::preferences": "preferences",
    "dir::etc::preferencesparts": "preferences.d",
    "dir::etc::trusted": "trusted.gpg",
    "dir::etc::trustedparts": "trusted.gpg.d",
    "dir::etc::netrc": "auth.conf",
    "dir::etc::netrcparts": "auth.conf.d",
    "dir::cache": "var/cache/apt",
    "dir::cache::archives": "archives/",
    "dir::log": "var/log/apt",
    "dir::log::terminal": "term.log",
    "dir::log::history": "history.log",
    "dir::state": "var/lib/apt",
    "dir::state::lists": "lists/",
    "dir::state::status": "/var/lib/dpkg/status",
    "dir::bin::methods": "/usr/lib/apt/methods",
    "dir::bin::dpkg": "/usr/bin/dpkg",
    "apt::sandbox::user": "_apt",
}
"""Where apt looks for what it reads and runs, as Debian 12 and 13 ship it."""
_RUNS = re.compile(
    r"(?:.*::)?(?:[a-z-]*(?:pre|post)-(?:invoke|install-pkgs)[a-z-]*|proxy-?auto-?detect)",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"(?:.*::)?(?:dir::bin|apt::compressor::[^:]+::binary|apt::key::gpgvcommand)(?:::.*)?"
)
_USUAL = re.compile(r"(?:/usr)?/bin/[a-z0-9]+|/usr/lib/apt/[a-z]+|[a-z0-9]*")
_DPKG_OPTION = re.compile(
    r"(?:--)?(pre-invoke|post-invoke|status-logger|force-\S+|root|admindir|instdir|path-exclude)\b"
)
_LOOSE = {
    "apt::authentication::trustcdrom": r"(?i:yes|true|with|on|enable|1)",
    "apt::key::assert-pubkey-algo": r"|.*(?:rsa1\d{3}|dsa\d|>=dsa|(?:^|,)dsa).*",
    "apt::hashes::md5sum::untrusted": r"(?i:no|false|without|off|disable|0)",
    "apt::hashes::md5sum::weak": r"(?i:no|false|without|off|disable|0)",
    "apt::hashes::sha1::untrusted": r"(?i:no|false|without|off|disable|0)",
    "apt::hashes::sha1::weak": r"(?i:no|false|without|off|disable|0)",
    "dpkg::chroot-directory": r"(?!/?$).*",
    "dpkg::path": r"(?!(?:/usr)?/s?bin(?::(?:/usr)?/s?bin)*$).*",
}
"""Values that have apt believe weak signatures, or look for dpkg's helpers elsewhere."""
_OF_ONE_PROGRAM = re.compile(r"binary::[^:]+::")
_HARMLESS_FORCES = (
    "force-confdef",
    "force-confold",
    "force-confnew",
    "force-confmiss",
    "force-unsafe-io",
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    approved: Annotated[
        tuple[str, ...],
        Meta(
            description=(
                'Commands, settings and key files that may be there: ["/usr/local/sbin/etckeeper*"]'
            )
        ),
    ] = ()


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    runs: tuple[str, ...] = said("commands that are run", "commandes lancées")
    moved: tuple[str, ...] = said("settings that lead elsewhere", "réglages qui mènent ailleurs")
    keys: tuple[str, ...] = said(
        "keys trusted for every source", "clés valables pour toutes les sources"
    )


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what it is about."""
    return "apt, dpkg"


def observe(host: Host, params: Params) -> State:
    """Ask apt, and hold the files against what packages brought.

    Raises:
        Unseen: there is no apt, or it refuses its settings, or dpkg's database cannot be read.

    """
    questions = (("apt-config dump",), (_SUMS,), (_BROUGHT,), (_APT,), (_DPKG,), (_UNITS,))
    dumped, sums, brought, apt, dpkg, units = together(host, *questions)
    if brought.rc not in (0, 1):
        raise Unseen((brought.stderr.strip().splitlines() or [f"exit status {brought.rc}"])[-1])
    files = dict(
        reversed(line.split(None, 1))
        for line in sums.stdout.splitlines()
        if len(line.split(None, 1)) > 1
    )
    own = _unchanged(files, brought.stdout)
    settings = re.findall(r'^(\S+) "(.*)";$', output_of(dumped), re.MULTILINE)
    of_packages = "\n".join(line for path, line in _lines(apt) if path in own)
    runs = [
        *_runs(settings, of_packages),
        *(f"{path}: {line}" for path, line in _dpkg(dpkg) if path not in own),
    ]
    keys = (
        path
        for path in files
        if "/trusted.gpg" in path and path not in own and not path.endswith("~")
    )
    return State(
        runs=_others(runs, params.approved),
        moved=_others([*_moved(settings), *_environment(units)], params.approved),
        keys=_others(keys, params.approved),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what is approved was left out
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("runs", "moved", "keys"), Equals(()))


def _unchanged(files: Mapping[str, str], brought: str) -> frozenset[str]:
    """Return the files that are as their package brought them: their sums are in dpkg's database."""
    known = {
        (words[0], words[1]) for line in brought.splitlines() if len(words := line.split()) > 1
    }
    return frozenset(path for path, digest in files.items() if (path, digest) in known)


def _others(found: Sequence[str] | Iterator[str], approved: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            one for one in found if not any(fnmatchcase(one, f"*{glob}") for glob in approved)
        )
    )


def _lines(printed: CommandResult) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"^(/[^:\n]+):(.*)$", printed.stdout, re.MULTILINE)


def _runs(settings: Sequence[tuple[str, str]], of_packages: str) -> Iterator[str]:
    for name, value in settings:
        bare = name.removesuffix("::")
        # apt takes the text between the quotes as it stands, so that a package's line holds it
        # whole
        if value and _RUNS.fullmatch(bare) and value not in of_packages:
            yield f'{bare} "{value}"'


def _moved(settings: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in settings:
        key = _OF_ONE_PROGRAM.sub("", name.lower().removesuffix("::"), count=1)
        if key in _PLACES:
            wrong = value.rstrip("/") != _PLACES[key].rstrip("/")
        elif key == "dpkg::options":
            wrong = _strays(value.strip())
        elif key in _LOOSE:
            wrong = bool(re.fullmatch(_LOOSE[key], value))
        else:
            wrong = bool(_PROGRAMS.fullmatch(key)) and not _USUAL.fullmatch(value)
        if wrong:
            yield f'{name} "{value}"'


def _environment(units: CommandResult) -> Iterator[str]:
    """Yield what the services of apt get as APT_CONFIG, and files of variables, which may hold it."""
    for block in units.stdout.split("\n\n"):
        unit = re.search(r"^Id=(.*)$", block, re.MULTILINE)
        for value in re.findall(r"^(?:Environment|EnvironmentFiles)=(.*)$", block, re.MULTILINE):
            if unit and ("APT_CONFIG" in value or value.startswith("/")):
                yield f"{unit[1]}: {value}"


def _dpkg(printed: CommandResult) -> Iterator[tuple[str, str]]:
    for path, line in _lines(printed):
        if _strays(line.strip()):
            yield path, line.strip()


def _strays(line: str) -> bool:
    """Return whether an option of dpkg runs something, works elsewhere, or overrides more than
    settings of files.
    """
    option = _DPKG_OPTION.match(line)
    if option and option[1].startswith("force-"):
        return any(
            f"force-{thing}" not in _HARMLESS_FORCES
            for thing in option[1].removeprefix("force-").split(",")
        )
    return bool(option)
