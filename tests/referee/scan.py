"""What the referee says of a host: its results by rule, in its own words."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.lab import LabHost, Machine
from tests.lab.fetch import fetch
from tests.lab.shell import LabError

CONTENT = "usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml"
ON_HOST = "/var/tmp/referee.xml"  # noqa: S108 -- of a host that nobody else reaches
PROFILE = "xccdf_org.ssgproject.content_profile_anssi_bp28_"
SECONDS = 2400
"""How long a scan may take: 20 s on a booted host, 20 minutes in the emulated machine.

Now and then the referee's probes wait for each other for ever: then it is run once more."""
TRIES = 3
_RULE = re.compile(r"^Rule[\r\n]\txccdf_org\.ssgproject\.content_rule_(\S+)$", re.MULTILINE)
_RESULT = re.compile(r"^Result[\r\n]\t(\w+)$", re.MULTILINE)
_FOUND_RULES = (0, 2)  # exit status of oscap(8): every rule passed, or at least one did not


def content(folder: Path) -> tuple[Path, str]:
    """Fetch what the referee judges by, of Debian 13 (that of Debian 12 has no rules that apply);
    and its version.
    """
    unpacked, version = fetch("ssg-debian", folder)
    return unpacked / CONTENT, version


def install(host: LabHost | Machine, source: Path) -> None:
    """Copy what the referee judges by to a host whose root may still log in.

    Raises:
        LabError: it was not copied.

    """
    with source.open("rb") as handle:
        done = subprocess.run(  # noqa: S603 -- an argument list
            [  # noqa: S607 -- the ssh of this machine
                "ssh",
                *host.ssh_options(),
                f"root@{host.address}",
                f"cat > {ON_HOST}",
            ],
            stdin=handle,
            capture_output=True,
            check=False,
        )
    if done.returncode:
        raise LabError(f"{host.name}: {done.stderr.decode(errors='replace')}")


def scan(host: LabHost | Machine, level: str) -> Mapping[str, str]:
    """Return what the referee says of a host at a level, by the short id of its rule.

    Raises:
        LabError: it did not run to its end.

    """
    for _ in range(TRIES):
        done = host.run(
            f"timeout {SECONDS} oscap xccdf eval --profile {PROFILE}{level} {ON_HOST}", 2 * SECONDS
        )
        rules, results = _RULE.findall(done.stdout), _RESULT.findall(done.stdout)
        if done.returncode in _FOUND_RULES and rules and len(rules) == len(results):
            return dict(zip(rules, results, strict=True))
    raise LabError(f"{host.name}: the referee ended with {done.returncode}: {done.stderr[-2000:]}")
