"""Which scenarios are played on one host together."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from tests.pack import AREAS, MOST, packs
from tests.scenario import Scenario, scenarios
from tuile.catalog import Kinds


def test_all_scenarios_are_played_once() -> None:
    """Packs leave none out and hold none twice, and no pack is larger than a host can take."""
    found = packs(scenarios())
    assert sorted(s.name for pack in found for s in pack.scenarios) == sorted(
        s.name for s in scenarios()
    )
    assert max(len(pack.scenarios) for pack in found) <= MOST


def test_what_has_something_in_common_is_apart() -> None:
    """No two of a pack are about the same; what is put right is not among what is only looked at."""
    for pack in packs(scenarios()):
        for one, other in combinations(pack.scenarios, 2):
            assert AREAS.get(one.kind, one.kind) != AREAS.get(other.kind, other.kind)
            assert one.rule != other.rule
            assert one.repaired == other.repaired


def test_what_cannot_be_looked_at_has_a_host_to_itself(tmp_path: Path) -> None:
    """A scenario that breaks a tool of the host is alone, and so is what installs packages where
    packages are meant.
    """
    names = ("sysctl/both.pass.sh", "banner/as-asked.pass.sh", "service/no-systemctl.error.sh")
    paths = [
        tmp_path / name
        for name in (*names, "package/installed.pass.sh", "integrity/watched.pass.sh")
    ]
    for path in paths:
        path.parent.mkdir()
        path.write_text(
            "apt-get install aide" if "integrity" in str(path) else "true", encoding="utf-8"
        )
    found = packs(Scenario(path, {}, repairable=True, releases=()) for path in paths)
    assert [[s.kind for s in pack.scenarios] for pack in found] == [
        ["sysctl", "banner", "package"],
        ["service"],
        ["integrity"],
    ]


def test_areas_name_kinds_that_there_are() -> None:
    """No kind of the table is gone."""
    assert set(AREAS) - set(Kinds()) == set()
