"""Mount points, which are remounted with other options."""

from __future__ import annotations

from tuile.policy.change.resource import ResourceType
from tuile.policy.text import Text

MOUNT = ResourceType(
    "mount",
    reported="mounts",
    shown=Text("options of {}", "options de {}"),
    step=Text("remount {}", "remonter {}"),
    rank=30,
)
