"""A kernel parameter has a value, in the running kernel and after a reboot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Draft, NotApplicable, Touches, output_of, said
from tuile.policy.lines import set_line, settings, start
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECKED = Text(
    en="Reads the value in the running kernel, and the files that systemd applies at boot (sysctl.d).",
    fr="Lit la valeur dans le noyau en marche, et les fichiers que systemd applique au démarrage (sysctl.d).",
)
PUT_RIGHT = Text(
    en="Writes the value into a drop-in under /etc/sysctl.d and sets it in the running kernel.",
    fr="Écrit la valeur dans un fichier sous /etc/sysctl.d et l’applique au noyau en marche.",
)

DROP_IN = "/etc/sysctl.d/zz-tuile.conf"


_ONE_WAY = {
    ("kernel.kexec_load_disabled", "1"),
    ("kernel.modules_disabled", "1"),
    ("kernel.unprivileged_bpf_disabled", "1"),
    ("kernel.yama.ptrace_scope", "3"),
}
"""Values that the kernel lets nobody change any more (Documentation/admin-guide/sysctl/kernel.rst and LSM/Yama.rst)."""


_RESETS = {
    "net.ipv4.ip_forward": tuple(
        f"net.ipv4.conf.{name}" for name in ("all.forwarding", "default.forwarding", "all.accept_redirects")
    )
}
"""Keys that the kernel sets anew where another is switched (ip-sysctl in the kernel's documentation)."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    key: Annotated[
        str, Meta(pattern=r"^[a-zA-Z0-9_-]+([.][a-zA-Z0-9_-]+)+$", description="Kernel key: net.ipv4.ip_forward")
    ]
    value: Annotated[
        str, Meta(min_length=1, description="The value, as the kernel prints it; several are split by a space")
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    running: str = said("", "")
    persistent: str | None = said("after a reboot", "après redémarrage")


def subject(params: Params) -> str:
    """Return the kernel key."""
    return params.key


def observe(host: Host, params: Params) -> State:
    """Ask the kernel, and systemd for the files that it applies at boot (sysctl.d(5)).

    Raises:
        NotApplicable: this kernel has no such key.
        Unseen: the key or the files cannot be read.

    """
    everything = host.run("sysctl --all --ignore").stdout
    at_boot = output_of(host.run("systemd-analyze --no-pager cat-config sysctl.d"))
    running = _printed(everything).get(params.key)
    if running is None:
        running = _read(host, params.key)
    return State(" ".join(running.split()), _persistent(at_boot, params.key))


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return the value, now and after a reboot."""
    return {"running": Equals(params.value), "persistent": Equals(params.value)}


def touches(params: Params) -> Touches:
    """Return the drop-in, the kernel key, and those that the kernel sets anew with it."""
    return Touches(files=(DROP_IN,), sysctls=(params.key, *_RESETS.get(params.key, ())))


def final(params: Params) -> Text | None:
    """Return whether the kernel takes the value back before a reboot."""
    if (params.key, params.value) not in _ONE_WAY:
        return None
    return Text("the running kernel keeps it until a reboot", "le noyau en marche le garde jusqu’au redémarrage")


def edit(draft: Draft, params: Params) -> str:
    """Return the drop-in with the key set; its name sorts after all that distributions ship."""
    return set_line(start(draft), rf"-?{re.escape(params.key)}\s*=", f"{params.key} = {params.value}")


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
    """Return the value that systemd-sysctl will set: the last explicit one, else by glob; "-key" alone exempts."""
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
    """Return a key in its dotted form: where "/" comes first, dots and slashes change places (sysctl.d(5))."""
    slash, dot = name.find("/"), name.find(".")
    if slash >= 0 and (dot < 0 or slash < dot):
        return name.translate(str.maketrans("/.", "./"))
    return name
