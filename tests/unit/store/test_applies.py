"""What hosts keep of applies is stored before anything is changed, and found again by run and by
host.
"""

from __future__ import annotations

import pytest

from tests.unit.store.made import at
from tuile.platforms.linux.resources.file import FILE
from tuile.platforms.linux.resources.unit import RELOAD
from tuile.policy.change.pre_image import Ending, PreImage
from tuile.policy.errors import StoreError
from tuile.store import Store

KEPT = PreImage(
    "20261116T060000Z-1f2e3d4c",
    "b" * 64,
    {"root-never": (FILE("/etc/ssh/a.conf"), RELOAD("ssh.service"))},
)
OTHER = PreImage("20261116T070000Z-5a6b7c8d", "c" * 64, {})


def test_an_apply_is_known_before_it_ends() -> None:
    """What a host keeps is there as it was given; how it ended is not known yet."""
    with Store(":memory:") as store:
        run = store.begin(at(0), ["linux-server 1.0.0"])
        store.save_apply(run, "srv-pacs-01", KEPT, "pyinfra", at(0))

        (found,) = store.applies(run)
        assert (found.run, found.host, found.at, found.engine) == (
            run,
            "srv-pacs-01",
            at(0),
            "pyinfra",
        )
        assert (found.kept, found.after, found.ending) == (KEPT, "", None)


def test_how_it_ended_is_added() -> None:
    """A confirmed apply has the digest of what it left; an undo changes its ending and keeps the
    digest.
    """
    with Store(":memory:") as store:
        run = store.begin(at(0), [])
        store.save_apply(run, "srv-pacs-01", KEPT, "ansible", at(0))
        store.end_apply(KEPT.id, Ending.confirmed, "a" * 64, at(1))
        (found,) = store.applies(run)
        assert (found.ending, found.after) == (Ending.confirmed, "a" * 64)

        store.end_apply(KEPT.id, Ending.undone, "", at(2))
        (found,) = store.applies(run)
        assert (found.ending, found.after) == (Ending.undone, "a" * 64)


def test_the_last_of_each_host() -> None:
    """Without a run the last apply of each host is meant."""
    with Store(":memory:") as store:
        first, second = store.begin(at(0), []), store.begin(at(1), [])
        store.save_apply(first, "srv-pacs-01", KEPT, "pyinfra", at(0))
        store.save_apply(first, "srv-web-01", OTHER, "pyinfra", at(0))
        later = PreImage("later", "d" * 64, {})
        store.save_apply(second, "srv-pacs-01", later, "pyinfra", at(1))

        assert {one.host: one.kept.id for one in store.applies()} == {
            "srv-pacs-01": "later",
            "srv-web-01": OTHER.id,
        }
        assert store.applies(99) == ()


def test_a_run_that_is_not_there_keeps_nothing() -> None:
    """An apply belongs to a run."""
    with Store(":memory:") as store, pytest.raises(StoreError):
        store.save_apply(99, "srv-pacs-01", KEPT, "pyinfra", at(0))
