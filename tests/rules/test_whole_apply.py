"""A whole baseline at the highest level, applied as a user does: nothing that was right goes wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.policy import reach
from tests.fleet.program import Program
from tests.lab import Lab

pytestmark = pytest.mark.lab
LEFT_TO_PEOPLE = "left"


@pytest.mark.parametrize(
    ("release", "engine", "baseline"),
    [("bookworm", "ansible", "linux-server"), ("trixie", "pyinfra", "linux-workstation")],
)
def test_applies_come_to_rest(
    release: str, engine: str, baseline: str, lab: Lab, tmp_path: Path
) -> None:
    """No rule that passed fails afterwards; a second apply sees to what came with the first, a
    third finds nothing.
    """
    (host,) = lab.start([f"all-{release}"], release)
    program = Program(tmp_path)
    (tmp_path / "hosts.json").write_text(
        json.dumps({"all": {"hosts": {"one": reach(host)}}}), encoding="utf-8"
    )
    order = f"apply -i hosts.json --baseline {baseline} --level high --engine {engine} --yes --json".split()
    first, second, third = (program.run(*order).hosts()["one"] for _ in range(3))
    host.discard()

    assert [len(done["broken"]) for done in (first, second, third)] == [0, 0, 0], (
        first,
        second,
        third,
    )
    assert results(first)["put_right"] > 90
    assert results(first).keys() == {"put_right", LEFT_TO_PEOPLE, "uncovered"}
    assert results(second).keys() == {"put_right", LEFT_TO_PEOPLE}
    assert results(third).keys() == {LEFT_TO_PEOPLE}


def results(done: Any) -> Counter[str]:  # noqa: ANN401 -- JSON
    """Return how many rules of a host came to which end."""
    return Counter(each["result"] for each in done["rules"])
