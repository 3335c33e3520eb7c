"""What a rollout is started with: its rings, its policy, its probes, kept as they were said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.store.made import plan
from tuile.jobs.rollout import planned
from tuile.jobs.rollout_spec import RolloutSpec, probe_files, whole
from tuile.policy.errors import Refused, Usage
from tuile.policy.rollout.rings import read_rings
from tuile.policy.rollout.state import Pace, Step
from tuile.policy.target import Target
from tuile.policy.traits import Safety, Traits
from tuile.workspace.prepare import Workspace

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NEVER = Traits(safety=Safety.never)


def workspace(**rings: str) -> Workspace:
    """Return hosts by the ring that their inventory variable names."""
    targets = {
        host: Target(host, variables={"tuile_ring": ring} if ring else {})
        for host, ring in rings.items()
    }
    return Workspace(targets, {host: plan(host, {}) for host in rings}, {})  # type: ignore[arg-type]


def test_rings_come_from_the_inventory() -> None:
    """Where policy.yaml says nothing; hosts that are only checked are left out, and without others
    nothing begins.
    """
    new = planned(
        workspace(a="canary", b=""), "small 1.0.0", read_rings("canary,rest"), Pace(), NOW
    )
    assert {host: member.ring for host, member in new.members.items()} == {"a": 0, "b": 1}
    display = replace(
        workspace(a="", b=""), plans={"a": plan("a", {}), "b": replace(plan("b", {}), traits=NEVER)}
    )
    left_out = planned(display, "small 1.0.0", read_rings("rest"), Pace(), NOW).members["b"]
    assert (left_out.step, left_out.why and left_out.why.en) == (
        Step.left_out,
        "checked only: safety never",
    )
    with pytest.raises(Usage, match="checked only"):
        planned(
            replace(display, plans={"b": display.plans["b"]}),
            "small 1.0.0",
            read_rings("rest"),
            Pace(),
            NOW,
        )
    with pytest.raises(Usage, match="no host"):
        planned(workspace(), "small 1.0.0", read_rings("canary,rest"), Pace(), NOW)


def ordered_with(*probes: str, content: str = "ab") -> RolloutSpec:
    """Return an order with these probes."""
    paths = {"inventory": "/i", "home": None, "probes": probes, "content": content}
    how = {
        "become": True,
        "engine": "ansible",
        "confirm_within": 30.0,
        "at_once": 50,
        "irreversible": False,
    }
    what = {"baseline": "small@1.0.0", "level": "minimal", "to": "all", "this_machine": None}
    return RolloutSpec(**paths, **how, **what, release=None, unsigned=True, older_release=False)  # type: ignore[arg-type]


def test_what_was_ordered_survives_the_store() -> None:
    """Read back it is the same, so that another process goes on as it was said."""
    ordered = ordered_with("/p")

    assert RolloutSpec.read(ordered.data()) == ordered
    assert ordered.request(None).demand is not None


def test_a_rollout_goes_on_with_the_same_policy_only() -> None:
    """Another content of the repository is refused, with what to do."""
    found = replace(workspace(a=""), content="ab")

    ordered_with(content="ab").same_content(found)
    with pytest.raises(Refused, match="tuile rollout abort"):
        ordered_with(content="cd").same_content(found)


def test_probes_of_the_repository_are_run_from_the_copy(tmp_path: Path) -> None:
    """What was verified is what runs; one that no signature covers is refused, one from elsewhere
    is the user's own.
    """
    home, copy, own = tmp_path / "home", tmp_path / "copy", tmp_path / "test_own.py"
    for file in (home / "probes/test_a.py", home / "test_b.py", copy / "probes/test_a.py", own):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    found = replace(workspace(a=""), home=home, code=copy)

    assert probe_files(ordered_with(str(home / "probes/test_a.py"), str(own)), found) == [
        copy / "probes/test_a.py",
        own,
    ]
    with pytest.raises(Refused, match="probes belong into probes/"):
        probe_files(ordered_with(str(home / "test_b.py")), found)


def test_paths_mean_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inventory is kept as a whole path, a list of hosts as it is."""
    monkeypatch.chdir(tmp_path)

    assert whole("hosts.yml") == str(tmp_path / "hosts.yml")
    assert whole("a,b,") == "a,b,"
