"""Which scenarios stand on one host together: those that have nothing in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.scenario import Scenario

MOST = 8
"""How many stand together."""
TOGETHER = (
    ("logins", ("pam", "pam_setting", "pam_stack", "lockout", "local_rights")),
    ("accounts", ("account", "password_policy", "sudo_group", "home", "authorized_keys")),
    ("sudo", ("sudo_option", "sudo_policy", "sudo_rule")),
    ("boot", ("grub_password", "kernel_cmdline", "kernel_config")),
    ("packages", ("package", "package_holds", "package_hooks", "package_sums")),
    ("packages", ("repository", "updates", "security_updates")),
    ("files", ("find", "file", "files", "shared_folder", "mount", "mount_over")),
    ("services", ("service", "unit_files", "persistence", "running_programs")),
    ("network", ("firewall", "firewall_bypass", "listening", "network_paths")),
    ("logs", ("log_forwarding", "rsyslog_rules", "journal", "logrotate", "config_option")),
    ("modules", ("kernel_module", "module_lines", "modules_sealed")),
    ("time", ("time_sync", "chrony_access")),
    ("integrity", ("integrity", "integrity_scope")),
)
"""Kinds that look at the same things, and what those are."""
AREAS = {kind: area for area, kinds in TOGETHER for kind in kinds}
INSTALLS = "apt-get"
"""In a script: packages, which there must be in working order, and which bring units, accounts and
settings.
"""


@dataclass(frozen=True)
class Pack:
    """Scenarios that are played on one host together, and on a twin for the other engine where they
    are put right.
    """

    scenarios: tuple[Scenario, ...]

    @property
    def repaired(self) -> bool:
        """Return whether engines put them right."""
        return self.scenarios[0].repaired

    @property
    def areas(self) -> set[str]:
        """Return what its scenarios are about."""
        return {area for scenario in self.scenarios for area in _areas(scenario)}

    @property
    def takes_more(self) -> bool:
        """Return whether others have room: where a look is to fail, the ground is taken from under
        all others.
        """
        return len(self.scenarios) < MOST and self.scenarios[0].verdict != "error"


def packs(scenarios: Iterable[Scenario]) -> list[Pack]:
    """Return the scenarios in packs: each in the first one that has room for it."""
    found: list[Pack] = []
    for scenario in scenarios:
        one = Pack((scenario,))
        place = next((n for n, pack in enumerate(found) if _fits(one, pack)), None)
        if place is None:
            found.append(one)
        else:
            found[place] = Pack((*found[place].scenarios, scenario))
    return found


def _fits(one: Pack, pack: Pack) -> bool:
    room = one.takes_more and pack.takes_more
    return room and one.repaired == pack.repaired and not one.areas & pack.areas


def _areas(scenario: Scenario) -> set[str]:
    installs = INSTALLS in scenario.path.read_text(encoding="utf-8")
    return {AREAS.get(scenario.kind, scenario.kind), *(("packages",) if installs else ())}
