"""Options of the running kernel's build have these values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from tuile.platforms.linux.config_text import settings
from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Reads the configuration that the running kernel was built with, in /boot or from the"
        " kernel itself."
    ),
    fr=(
        "Lit la configuration avec laquelle le noyau en marche a été compilé, dans /boot ou auprès"
        " du noyau lui-même."
    ),
)
PUT_RIGHT = Text(
    en="Install a kernel that is built so; no running kernel changes what it was built with.",
    fr=(
        "Installer un noyau compilé ainsi ; un noyau en marche ne change plus sa configuration de"
        " compilation."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "A file under /boot that was changed by hand and no longer says how the running kernel"
            " was built."
        ),
        fr=(
            "Un fichier de /boot modifié à la main, qui ne dit plus comment le noyau en marche a"
            " été compilé."
        ),
    ),
)
ABSENT = "n"
_CONFIG = 'cat "/boot/config-$(uname -r)" 2>/dev/null || gzip -dc /proc/config.gz'


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    options: Annotated[
        Mapping[Annotated[str, Meta(pattern=r"^CONFIG_[A-Za-z0-9_]+$")], str],
        Meta(
            min_length=1,
            description="Option → value, as in a kernel's .config: y, m, 65536; n: not set",
        ),
    ]


@dataclass(frozen=True)
class State:
    """What was seen on a host: only what is not as the rule says."""

    offenders: tuple[str, ...] = said("built otherwise", "compilées autrement")


def subject(params: Params) -> str:
    """Return the options."""
    return ", ".join(params.options)


def observe(host: Host, params: Params) -> State:
    """Read the configuration once for all rules.

    Raises:
        Unseen: neither file is there, or they cannot be read.

    """
    built = _built(output_of(host.run(_CONFIG)))
    found = {name: built.get(name, ABSENT) for name in params.options}
    return State(
        tuple(f"{name}={value}" for name, value in found.items() if value != params.options[name])
    )


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- every kind is asked alike
    """Return that nothing is built otherwise."""
    return {"offenders": Equals(())}


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _built(config: str) -> Mapping[str, str]:
    return {name: value.strip('"') for name, value in settings(config.splitlines(), "=", "#")}
