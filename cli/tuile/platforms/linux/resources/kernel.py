"""What is set in the kernel that runs: keys, modules, audit rules."""

from __future__ import annotations

from tuile.policy.change.resource import ResourceType
from tuile.policy.text import Text

SYSCTL = ResourceType(
    "sysctl",
    reported="sysctls",
    shown=Text("{} in the kernel", "{} dans le noyau"),
    step=Text("set {} in the kernel", "régler {} dans le noyau"),
    rank=10,
)
MODULE = ResourceType(
    "module",
    reported="modules",
    shown=Text("kernel module {}", "module noyau {}"),
    step=Text("unload {}", "décharger {}"),
    rank=20,
)
AUDIT_RULES = ResourceType(
    "audit",
    shown=Text("audit rules in the kernel", "règles d’audit du noyau"),
    rank=160,
    shared=True,
)
