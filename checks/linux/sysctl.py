"""A kernel parameter has a value, in the running kernel, on each interface, and after a reboot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import set_line, settings, start
from tuile.platforms.linux.interfaces import in_force, own_keys, parts
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.kernel import SYSCTL
from tuile.platforms.posix_shell.commands import output_of, together
from tuile.policy.condition import Condition, Equals, Value, listed
from tuile.policy.kind import Draft, NotApplicable, Resources, Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en=(
        "Reads the value in the running kernel, and the files that systemd applies at boot "
        "(sysctl.d). Of a key of all "
        "network interfaces it works out, as the kernel does, what counts on each one. Looks in "
        "scripts and units for "
        "lines that set the key later."
    ),
    fr=(
        "Lit la valeur dans le noyau en marche, et les fichiers que systemd applique au démarrage "
        "(sysctl.d). Pour une "
        "clé de toutes les interfaces réseau, calcule comme le noyau ce qui vaut sur chacune. "
        "Cherche dans les scripts et "
        "les unités les lignes qui fixent la clé plus tard."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Writes the value into a drop-in under /etc/sysctl.d and sets it in the running kernel, "
        "on the interfaces that "
        "are there as well where they have values of their own."
    ),
    fr=(
        "Écrit la valeur dans un fichier sous /etc/sysctl.d et l’applique au noyau en marche, "
        "ainsi qu’aux interfaces "
        "présentes quand elles ont leur propre valeur."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Other network namespaces (containers), which have values of their own.",
        fr="Les autres espaces de noms réseau (conteneurs), qui ont leurs propres valeurs.",
    ),
    Text(
        en=(
            "Router announcements that systemd-networkd or NetworkManager take up by themselves,"
            " past the kernel."
        ),
        fr=(
            "Les annonces de routeur que systemd-networkd ou NetworkManager traitent eux-mêmes,"
            " sans le noyau."
        ),
    ),
    Text(
        en="A program that sets the key without naming it in a script or unit under /etc.",
        fr="Un programme qui fixe la clé sans la nommer dans un script ou une unité sous /etc.",
    ),
)

ROLE_SEES = True
DROP_IN = "/etc/sysctl.d/zz-tuile.conf"
_WRITERS = (
    "grep -rHIsE '(sysctl|/proc/sys)' /etc/network /etc/udev/rules.d /run/udev/rules.d "
    "/etc/NetworkManager/dispatcher.d"
    " /etc/networkd-dispatcher /etc/ppp /etc/dhcp /etc/rc.local /etc/init.d /etc/profile "
    "/etc/profile.d /etc/crontab"
    " /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly "
    "/var/spool/cron/crontabs"
    " /etc/systemd/system /run/systemd/system /run/systemd/transient "
    "/usr/local/lib/systemd/system </dev/null"
)
"""Lines that set keys after systemd-sysctl has; one command for all rules."""

_ONE_WAY = {
    ("kernel.kexec_load_disabled", "1"),
    ("kernel.modules_disabled", "1"),
    ("kernel.unprivileged_bpf_disabled", "1"),
    ("kernel.yama.ptrace_scope", "3"),
}
"""Values that the kernel lets nobody change any more (Documentation/admin-guide/sysctl/kernel.rst
and LSM/Yama.rst).
"""


_RESETS = {
    "net.ipv4.ip_forward": tuple(
        f"net.ipv4.conf.{name}"
        for name in ("all.forwarding", "default.forwarding", "all.accept_redirects")
    )
}
"""Keys that the kernel sets anew where another is switched (ip-sysctl in the kernel's
documentation).
"""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    key: Annotated[
        str,
        Meta(
            pattern=r"^[a-zA-Z0-9_-]+([.][a-zA-Z0-9_-]+)+$",
            description="Kernel key: net.ipv4.ip_forward",
        ),
    ]
    value: Annotated[
        str,
        Meta(
            min_length=1,
            description="The value, as the kernel prints it; several are split by a space",
        ),
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    running: str = said("", "")
    persistent: str | None = said("after a reboot", "après redémarrage")
    interfaces: tuple[str, ...] = said("on interfaces", "sur les interfaces")
    at_start: tuple[str, ...] = said(
        "on interfaces after a reboot", "sur les interfaces après redémarrage"
    )
    set_later: tuple[str, ...] = said("set later by", "fixé plus tard par")
    after: tuple[str, ...] = said("files read after Tuile’s", "fichiers lus après celui de Tuile")


def subject(params: Params) -> str:
    """Return the kernel key."""
    return params.key


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, and systemd for the files that it applies at boot (sysctl.d(5)).

    Raises:
        NotApplicable: this kernel has no such key.
        Unseen: the key or the files cannot be read.

    """
    answers = together(
        host,
        ("sysctl --all --ignore",),
        ("systemd-analyze --no-pager cat-config sysctl.d",),
        (_WRITERS,),
    )
    everything, at_boot, writers = answers[0].stdout, output_of(answers[1]), answers[2].stdout
    values = _printed(everything)
    running = values.get(params.key)
    if running is None:
        running = _read(host, params.key)
    return State(
        " ".join(running.split()),
        _persistent(at_boot, params.key),
        tuple(_elsewhere(values, params)),
        tuple(_at_start(at_boot, own_keys(params.key, values), params)),
        tuple(_set_later(writers, params)),
        tuple(_after(at_boot, params)),
    )


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the value, now and after a reboot, on each interface, and nobody who sets another one
    later.
    """
    both = dict.fromkeys(("running", "persistent"), Equals(params.value))
    return {**both, **dict.fromkeys(("interfaces", "at_start", "set_later"), Equals(()))}


def touches(params: Params) -> Resources:
    """Return the drop-in, the kernel key, and those that the kernel sets anew with it."""
    return (FILE(DROP_IN), SYSCTL(params.key), *SYSCTL.each(_RESETS.get(params.key, ())))


def also_touches(params: Params, seen: Mapping[str, Value]) -> Resources:
    """Return the keys of the interfaces that have another value.

    Raises:
        Unseen: nothing but a line elsewhere is wrong, which is a person's to take out.

    """
    own = tuple(entry.partition(" = ")[0] for entry in listed(seen.get("interfaces")))
    later, after = listed(seen.get("set_later")), listed(seen.get("after"))
    if after and seen.get("persistent") != params.value:
        raise Unseen(
            f"set in a file read later: {after[-1]}",
            f"fixé dans un fichier lu plus tard : {after[-1]}",
        )
    right = seen.get("running") == params.value and seen.get("persistent") == params.value
    if later and right and not own and not listed(seen.get("at_start")):
        words = _elsewhere_set(str(later[0]))
        raise Unseen(words.en, words.fr)
    return SYSCTL.each(own)


# Every kind is asked alike
def leaves(params: Params, seen: Mapping[str, Value]) -> Text | None:  # noqa: ARG001
    """Return the line elsewhere that sets the key again."""
    later = listed(seen.get("set_later"))
    return _elsewhere_set(str(later[0])) if later else None


def _elsewhere_set(line: str) -> Text:
    return Text(
        f"take it out where it is set later: {line}",
        f"à retirer là où elle est fixée plus tard : {line}",
    )


def final(params: Params) -> Text | None:
    """Return whether the kernel takes the value back before a reboot."""
    if (params.key, params.value) not in _ONE_WAY:
        return None
    return Text(
        "the running kernel keeps it until a reboot",
        "le noyau en marche le garde jusqu’au redémarrage",
    )


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the key set; its name sorts after all that distributions ship.

    A key of all interfaces is set for each one too: udev has systemd apply these lines to
    interfaces as they come.
    """
    text = start(draft)
    asked = parts(params.key)
    if asked and asked[1] == "all" and asked[2] != "forwarding":
        each = f"net.{asked[0]}.conf.*.{asked[2]}"
        text = set_line(text, rf"-?{re.escape(each)}\s*=", f"{each} = {params.value}")
    return set_line(text, rf"-?{re.escape(params.key)}\s*=", f"{params.key} = {params.value}")


def _elsewhere(values: Mapping[str, str], params: Params) -> Iterator[str]:
    """Yield the keys of interfaces on which another value counts once that of all is right, as they
    stand.
    """
    for name, value in own_keys(params.key, values).items():
        if in_force(params.key, params.value, value) != params.value:
            yield f"{name} = {value}"


def _at_start(at_boot: str, own: Mapping[str, str], params: Params) -> Iterator[str]:
    """Yield what the files will set on interfaces that are there, where it is not what is wanted."""
    for name in own:
        value = _persistent(at_boot, name)
        if value is not None and in_force(params.key, params.value, value) != params.value:
            yield f"{name} = {value}"


def _set_later(writers: str, params: Params) -> Iterator[str]:
    """Yield "file: text" of lines that set the key, of whatever interface, to something else."""
    asked = parts(params.key)
    words = (
        params.key.split(".") if asked is None else ["net", asked[0], "conf", r"[^\s=]+?", asked[2]]
    )
    names = [r"[./]".join(word if "[" in word else re.escape(word) for word in words)]
    names += (
        [r"net[./]ipv4[./]ip_forward"]
        if asked and asked[2] == "forwarding" and asked[0] == "ipv4"
        else []
    )
    key = re.compile(rf"(?:{'|'.join(names)})(?![\w.])(?:[\"']?\s*=\s*[\"']?([^\s\"';]+))?")
    for line in writers.splitlines():
        path, _, text = line.partition(":")
        for match in () if text.lstrip().startswith("#") else key.finditer(text):
            if match[1] != params.value:
                yield f"{path}: {text.strip()[:200]}"
                break


def _after(at_boot: str, params: Params) -> Iterator[str]:
    """Yield "file: text" of other values in files that come after Tuile's own."""
    path = ""
    for line in at_boot.splitlines():
        if named := re.fullmatch(r"# (/\S+)", line):
            path = named[1]
        name, separator, value = line.partition("=")
        same = separator and _dotted(name.strip().removeprefix("-")) == params.key
        if (
            same
            and path.rpartition("/")[2] > "zz-tuile.conf"
            and " ".join(value.split()) != params.value
        ):
            yield f"{path}: {line.strip()}"


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _printed(everything: str) -> Mapping[str, str]:
    return dict(settings(everything.splitlines(), r"\s*=\s*", ""))


@lru_cache(maxsize=2)
def _assignments(at_boot: str) -> Sequence[tuple[str, str]]:
    return settings(at_boot.splitlines(), r"\s*=\s*", "#;")


def _read(host: Host, key: str) -> str:
    path = f"/proc/sys/{key.replace('.', '/')}"
    result = host.run("cat %s", path)
    if result.rc != 0 and "No such file" in result.stderr:
        raise NotApplicable(f"this kernel has no {key}", f"ce noyau n'a pas {key}")
    return output_of(result)


def _persistent(at_boot: str, key: str) -> str | None:
    """Return the value that systemd-sysctl will set: the last explicit one, else by glob; "-key"
    alone exempts.
    """
    explicit = by_glob = None
    exempt = False
    for name, value in _assignments(at_boot):
        dotted = _dotted(name.removeprefix("-"))
        if dotted == key and (value or not name.startswith("-")):
            explicit = value
        elif dotted == key:
            exempt = True
        elif fnmatchcase(key, dotted):
            by_glob = value
    found = explicit if explicit is not None else None if exempt else by_glob
    return None if found is None else " ".join(found.split())


def _dotted(name: str) -> str:
    """Return a key in its dotted form: where "/" comes first, dots and slashes change places
    (sysctl.d(5)).
    """
    slash, dot = name.find("/"), name.find(".")
    if slash >= 0 and (dot < 0 or slash < dot):
        return name.translate(str.maketrans("/.", "./"))
    return name
