"""Files and folders: their content, or their mode and owner alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuile.platforms.linux.resources.firewall import NFTABLES
from tuile.platforms.linux.resources.kernel import AUDIT_RULES
from tuile.policy.change.resource import Content, Resource, ResourceType
from tuile.policy.text import Text

_MODE_AND_OWNER = Text("mode and owner of {}", "droits et propriétaire de {}")
_NFT = re.compile(r"^/etc/nftables|\.nft$")


def _along(path: str) -> Iterator[Resource]:
    """Yield what the kernel takes over from a file, once a unit has loaded it."""
    if _NFT.search(path):
        yield NFTABLES
    if path.startswith("/etc/audit/"):
        yield AUDIT_RULES("kernel")


FILE = ResourceType("file", reported="files", content=Content.computed, along=_along)
"""A file that is written whole."""
ATTRIBUTES = ResourceType(
    "attributes",
    reported="files",
    shown=_MODE_AND_OWNER,
    step=_MODE_AND_OWNER,
    content=Content.untouched,
    along=_along,
)
"""What a file is kept for whose mode and owner are set: no more of it is kept, or put back."""
GENERATED = ResourceType(
    "file",
    reported="regenerates",
    step=Text("generate {} anew", "régénérer {}"),
    rank=80,
    content=Content.generated,
)
"""A file that a program writes when the role runs it: /boot/grub/grub.cfg."""
MODE = ResourceType(
    "attributes",
    reported="modes",
    shown=_MODE_AND_OWNER,
    step=Text("mode of {}", "droits de {}"),
    rank=90,
)
"""As ATTRIBUTES, of files that were found on the host: no turn depends on them."""
