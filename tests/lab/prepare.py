"""`make lab`: the trees and the machine's disk, side by side; a test that needs one would build it
then and there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.lab.capability import missing
from tests.lab.tree import base_tree
from tests.lab.vm_image import image

TREES = (
    partial(base_tree, "trixie", "full"),
    partial(base_tree, "bookworm"),
    partial(base_tree, "trixie"),
)
DISK = partial(image, "bookworm")
"""With the full tree of its release; it takes longest."""


def main() -> None:
    """Build what is not there yet; where the lab or its machine cannot run, nothing of theirs: the
    tests say why.
    """
    wanted = [
        *([DISK] if missing(machine=True) is None else []),
        *(TREES if missing() is None else ()),
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        for built in [pool.submit(build) for build in wanted]:
            built.result()


if __name__ == "__main__":
    main()
