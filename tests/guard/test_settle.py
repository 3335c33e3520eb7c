"""What an apply has a host go on with after the confirmation is the apply's own."""

from __future__ import annotations

import pytest

from tests.fleet.program import wait_for
from tests.guard.ask import THINGS, Asked

pytestmark = pytest.mark.lab


def test_what_an_apply_had_go_on_is_its_own(asked: Asked) -> None:
    """What ends after the confirmation, and tells, is undone like the rest; what others change
    later is theirs.
    """
    ended = (
        f"sh /var/lib/tuile/{asked.kept}/guard settle {asked.kept} file=/etc/lab/plain.conf"
        " file=/etc/lab/gone"
    )
    asked.prepare(*THINGS)
    started = asked.host.run(
        f"echo half >/etc/lab/plain.conf\nsystemd-run --quiet --collect --unit=lab-ends {ended}"
    )
    assert started.returncode == 0, started.stderr
    asked.confirm()
    assert wait_for(lambda: asked.host.run("systemctl is-active --quiet lab-ends").returncode, 60)
    asked.host.run(f"echo whole >/etc/lab/plain.conf\n{ended}\necho others >/etc/lab/gone")

    found = {change.resource.name: change.changed_since for change in asked.compare().changes}
    assert found["/etc/lab/plain.conf"] is False
    assert found.get("/etc/lab/gone") is not False
    asked.undo()
    assert asked.wait_for("restored")
    assert asked.host.run("cat /etc/lab/plain.conf /etc/lab/gone").stdout.split() == [
        "one",
        "others",
    ]
