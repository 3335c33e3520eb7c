"""Packages come from signed sources, from known places, and apt does not look the other way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from tuile.platforms.linux.config_text import start
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.posix_shell.commands import output_of, text_found
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Draft, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads all of apt’s sources, in both forms, for options that waive signatures, for "
        "sources that name no key and "
        "for places that are not allowed; and apt’s effective settings."
    ),
    fr=(
        "Lit toutes les sources d’apt, sous leurs deux formes : options qui dispensent de "
        "signature, sources sans clé "
        "désignée, adresses non autorisées ; et les réglages effectifs d’apt."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Takes the options away and names Debian’s key for Debian’s archives, in sources.list and "
        "debian.sources; sets "
        "apt’s switches back in a file of its own. Other sources are a person’s decision."
    ),
    fr=(
        "Retire les options et désigne la clé de Debian pour ses archives, dans sources.list et "
        "debian.sources ; remet "
        "les réglages d’apt dans un fichier à part. Les autres sources relèvent d’une personne."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "What was installed before from another source, and files of packages fetched by hand"
            " (dpkg -i)."
        ),
        fr=(
            "Ce qui a été installé auparavant depuis une autre source, et les paquets pris à la"
            " main (dpkg -i)."
        ),
    ),
    Text(
        en=(
            "A mirror that keeps serving an old state, and to which address the name of a mirror"
            " leads."
        ),
        fr=(
            "Un miroir qui continue de servir un ancien état, et l’adresse à laquelle mène le nom"
            " d’un miroir."
        ),
    ),
)

MAIN = "/etc/apt/sources.list"
DEBIAN = "/etc/apt/sources.list.d/debian.sources"
DROP_IN = "/etc/apt/apt.conf.d/zz-tuile-repository.conf"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

_LISTED = (
    "grep -aHn '' /etc/apt/sources.list /etc/apt/sources.list.d/*.list"
    " /etc/apt/sources.list.d/*.sources"
)
_WAIVERS = ("trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure")
_TRUE = {"yes", "true", "with", "on", "enable", "1"}
_FALSE = {"no", "false", "without", "off", "disable", "0"}
"""What apt takes for yes and no (StringToBool in apt-pkg/contrib/strutl.cc)."""
_SWITCHES = {
    "APT::Get::AllowUnauthenticated": "false",
    "Acquire::AllowInsecureRepositories": "false",
    "Acquire::AllowWeakRepositories": "false",
    "Acquire::AllowDowngradeToInsecureRepositories": "false",
    "Acquire::Check-Valid-Until": "true",
    "Acquire::Check-Date": "true",
    "Acquire::https::Verify-Peer": "true",
    "Acquire::https::Verify-Host": "true",
}
"""Settings of apt, and the value that keeps it from taking what nobody vouches for; it is the
default of each.
"""
_GUARDS = ("check-valid-until", "check-date")
_OF_ONE_SERVER = re.compile(r"acquire::https::.+::verify-(?:peer|host)|binary::.+")
_OF_ONE_PROGRAM = re.compile(r"binary::[^:]+::")
"""What stands under Binary::apt-get counts as if it stood at the top, for that program alone."""
_LOCAL = ("file:", "cdrom:", "copy:")
_ONE_LINE = re.compile(r"(\s*deb(?:-src)?\s+)(?:\[([^\]]*)\]\s*)?(\S+)(.*)", re.DOTALL)
_FIELD = re.compile(r"([^\s:#][^\s:]*)\s*:\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    allowed: Annotated[
        tuple[str, ...],
        Meta(description='What addresses may begin with: "https://deb.debian.org/"; none: any'),
    ] = ()
    https: Annotated[
        bool, Meta(description="Whether what is not among the allowed must come by https")
    ] = False
    signed_by: Annotated[
        bool, Meta(description="Whether each source must name the key that signs it")
    ] = True


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    unsigned: tuple[str, ...] = said(
        "taken without a valid signature", "acceptées sans signature valable"
    )
    keyless: tuple[str, ...] = said("without a key of their own", "sans clé désignée")
    elsewhere: tuple[str, ...] = said("from elsewhere", "venues d’ailleurs")
    switches: tuple[str, ...] = said("settings of apt", "réglages d’apt")


@dataclass(frozen=True)
class _Source:
    """One source, with its options by lower-case name."""

    place: str
    uris: tuple[str, ...]
    options: Mapping[str, str]


def subject(params: Params) -> str:  # noqa: ARG001 -- one a host
    """Return what the rule is about."""
    return "apt"


def observe(host: Host, params: Params) -> State:
    """Read the sources and ask apt for its settings.

    Raises:
        Unseen: a file cannot be read, there is no apt, or its sources stand in another place.

    """
    listed, dumped = host.run(_LISTED), output_of(host.run("apt-config dump"))
    settings = _settings(dumped)
    if settings.get("dir::etc::sourcelist", "sources.list") != "sources.list":
        raise Unseen("apt reads its sources from another place", "apt lit ses sources ailleurs")
    sources = _sources(_lines(listed))
    return State(
        unsigned=tuple(f"{s.place} {name}" for s in sources for name in _waived(s)),
        keyless=tuple(_keyless(sources)) if params.signed_by else (),
        elsewhere=tuple(
            f"{s.place} {uri}" for s in sources for uri in s.uris if not _known(uri, params)
        ),
        switches=tuple(_switched(settings)),
    )


def wanted(
    params: Params,  # noqa: ARG001 -- what it allows is left out of the state
) -> Mapping[str, Condition]:
    """Return: none of these."""
    return dict.fromkeys(("unsigned", "keyless", "elsewhere", "switches"), Equals(()))


def touches(params: Params) -> Resources:  # noqa: ARG001 -- every kind is asked alike
    """Return the files that a program may mend, and the drop-in."""
    return (FILE(MAIN), FILE(DEBIAN), FILE(DROP_IN))


def edit(draft: Draft, params: Params) -> str:
    """Return a file without what waives signatures, and with Debian's key for Debian's archives.

    Raises:
        Unseen: what else is wrong is a person's decision.

    """
    of_one = [name for name in listed(draft.seen.get("switches")) if _OF_ONE_SERVER.fullmatch(name)]
    by_hand = [
        *of_one,
        *listed(draft.seen.get("elsewhere")),
        *(o for o in _offenders(draft.seen) if not _mechanical(o)),
    ]
    if by_hand:
        raise Unseen(
            f"for a person to decide: {by_hand[0]}", f"relève d’une personne : {by_hand[0]}"
        )
    text = draft.text or ""
    if draft.path == DROP_IN:
        if not draft.seen.get("switches"):
            return text
        return start(replace(draft, text=None), "//") + "".join(
            f'{k} "{v}";\n' for k, v in _SWITCHES.items()
        )
    if draft.path == MAIN:
        return "".join(_mended_line(line, params) for line in text.splitlines(keepends=True))
    return "".join(_mended_stanza(stanza, params) for stanza in re.split(r"(\n[ \t]*\n)", text))


def _sources(files: Mapping[str, Sequence[str]]) -> list[_Source]:
    found: list[_Source] = []
    for path, lines in files.items():
        found += _stanzas(path, lines) if path.endswith(".sources") else _one_lines(path, lines)
    return found


def _one_lines(path: str, lines: Sequence[str]) -> Iterator[_Source]:
    for number, line in enumerate(lines, 1):
        source = _ONE_LINE.match(line.partition("#")[0])
        if source:
            options = dict(
                option.lower().split("=", 1)
                for option in (source[2] or "").split()
                if "=" in option
            )
            yield _Source(f"{path}:{number}", (source[3],), options)


def _stanzas(path: str, lines: Sequence[str]) -> Iterator[_Source]:
    """Yield the sources of a deb822 file, each with the line that it begins on."""
    first, fields, last = 0, dict[str, str](), ""
    for number, line in enumerate([*lines, ""], 1):
        field = _FIELD.match(line)
        if field:
            first, last = first or number, field[1].lower()
            fields[last] = field[2].strip()
        elif line[:1] in (" ", "\t") and line.strip() and last:
            fields[last] += f" {line.strip()}"
        elif not line.strip():
            if "uris" in fields and fields.get("enabled", "yes").lower() not in _FALSE:
                options = {
                    name: value if name == "signed-by" else value.lower()
                    for name, value in fields.items()
                }
                yield _Source(f"{path}:{first}", tuple(fields["uris"].split()), options)
            first, fields, last = 0, {}, ""


def _waived(source: _Source) -> Iterator[str]:
    """Yield the options of a source that take what nobody vouches for, or vouches for no longer."""
    yield from (
        name for name in (*_WAIVERS, *_GUARDS) if _waives(name, source.options.get(name, ""))
    )


def _waives(name: str, value: str) -> bool:
    return (name in _WAIVERS and value.lower() in _TRUE) or (
        name in _GUARDS and value.lower() in _FALSE
    )


def _switched(settings: Mapping[str, str]) -> Iterator[str]:
    """Yield the settings that are wrong, for all servers in their usual spelling, or for one server
    as it stands.
    """
    yield from (
        name for name, right in _SWITCHES.items() if _wrong(settings.get(name.lower()), right)
    )
    rights = {name.lower(): right for name, right in _SWITCHES.items()}
    for name, value in settings.items():
        bare = _OF_ONE_PROGRAM.sub("", name, count=1)
        of_program = bare != name and bare in rights and _wrong(value, rights[bare])
        of_server = _OF_ONE_SERVER.fullmatch(bare) and value.lower() in _FALSE
        if of_program or of_server:
            yield name


def _keyless(sources: Iterable[_Source]) -> Iterator[str]:
    for source in sources:
        if not source.options.get("signed-by"):
            yield from (
                f"{source.place} {uri}" for uri in source.uris if not uri.startswith("cdrom:")
            )


def _known(uri: str, params: Params) -> bool:
    if uri.startswith((*_LOCAL, *params.allowed)):
        return True
    scheme = urlsplit(uri).scheme.rpartition("+")[2]
    return not params.allowed and (not params.https or scheme == "https")


def _wrong(value: str | None, right: str) -> bool:
    return value is not None and value.lower() in (_TRUE if right == "false" else _FALSE)


def _offenders(seen: Mapping[str, Value]) -> list[str]:
    return [
        *listed(seen.get("unsigned")),
        *(f"{keyless} signed-by" for keyless in listed(seen.get("keyless"))),
    ]


def _mechanical(offender: str) -> bool:
    """Return whether a program may mend it: in Debian's own files, and the key only where it is
    Debian's archive.
    """
    place, *rest = offender.split()
    mendable = place.rpartition(":")[0] in (MAIN, DEBIAN)
    return mendable and (rest[-1] != "signed-by" or _of_debian(rest[0]))


def _of_debian(uri: str) -> bool:
    host = urlsplit(uri).hostname or ""
    return host == "debian.org" or host.endswith(".debian.org")


def _mended_line(line: str, params: Params) -> str:
    source = _ONE_LINE.match(line)
    if not source:
        return line
    options = (source[2] or "").split()
    kept = [o for o in options if not _waives(o.lower().split("=")[0], o.split("=")[-1])]
    if (
        params.signed_by
        and _of_debian(source[3])
        and not any(o.lower().startswith("signed-by") for o in kept)
    ):
        kept.append(f"signed-by={KEYRING}")
    if kept == options:
        return line
    between = f"[{' '.join(kept)}] " if kept else ""
    return f"{source[1]}{between}{source[3]}{source[4]}"


def _mended_stanza(stanza: str, params: Params) -> str:
    kept: list[str] = []
    names: dict[str, str] = {}
    for line in stanza.splitlines(keepends=True):
        field = _FIELD.match(line)
        name, value = (field[1].lower(), field[2].strip()) if field else ("", "")
        if not _waives(name, value):
            kept.append(line)
            names[name] = value
    text = "".join(kept)
    uris = names.get("uris", "").split()
    if params.signed_by and uris and "signed-by" not in names and all(map(_of_debian, uris)):
        text = f"{text.rstrip()}\nSigned-By: {KEYRING}" + ("\n" if text.endswith("\n") else "")
    return text


def _lines(listed: CommandResult) -> Mapping[str, Sequence[str]]:
    files: dict[str, list[str]] = {}
    for path, line in re.findall(r"^(/[^:\n]+):\d+:(.*)$", text_found(listed), re.MULTILINE):
        files.setdefault(path, []).append(line)
    return files


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _settings(dumped: str) -> Mapping[str, str]:
    return {
        name.lower(): value for name, value in re.findall(r'^(\S+) "(.*)";$', dumped, re.MULTILINE)
    }
