"""Reads the policy files: baselines, policy.yaml, waivers.yaml, mappings.

Every mistake with file:line, all at once.
"""

from tuile.workspace.repository.mappings import read_mappings
from tuile.workspace.repository.policy import (
    NamedBaseline,
    Sources,
    find_home,
    is_home,
    read_policy,
)
from tuile.workspace.repository.validate import check_params
from tuile.workspace.repository.validation_cache import Passed
from tuile.workspace.repository.yaml_file import shown, wants_signed_inventories

__all__ = [
    "NamedBaseline",
    "Passed",
    "Sources",
    "check_params",
    "find_home",
    "is_home",
    "read_mappings",
    "read_policy",
    "shown",
    "wants_signed_inventories",
]
