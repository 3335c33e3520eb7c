"""What is kept for an undo goes when it is old, by the host's own order: the names are of a
controller's clock.
"""

from __future__ import annotations

import pytest

from tests.guard.ask import Asked
from tests.lab import LabHost

pytestmark = pytest.mark.lab
_OTHERS = """
for n in $(seq 10 34); do
    one=/var/lib/tuile/20991231T0000${n}Z-0001
    mkdir -m 700 $one; touch $one/state.confirmed; touch -d "$n days ago" $one
done
"""
"""Twenty-five applies by a controller whose clock was ahead, one a day, the last one ten days ago.
"""


def test_an_apply_is_not_pruned_by_those_before_it(lab_host: LabHost) -> None:
    """Twenty stay, by when they were at work: the one that is confirmed now is among them, and can
    be undone.
    """
    asked = Asked(lab_host)
    asked.prepare("file=/etc/issue")
    lab_host.run(f"echo changed >/etc/issue; {_OTHERS}")
    asked.confirm()
    kept = lab_host.run("ls /var/lib/tuile").stdout.split()
    assert kept == [asked.kept, *(f"20991231T0000{n}Z-0001" for n in range(10, 29))]
    asked.undo()
    assert lab_host.run("cat /etc/issue").stdout != "changed\n"
