"""Reads a plain Ansible inventory, by asking ansible-inventory, and remembers the answer while
nothing changes.
"""

from tuile.workspace.inventory.ask import Reading
from tuile.workspace.inventory.load import Inventory, this_machine
from tuile.workspace.inventory.load import load_inventory as load
from tuile.workspace.inventory.programs import Program, programs, settings_in_force
from tuile.workspace.inventory.vault import Vault

__all__ = [
    "Inventory",
    "Program",
    "Reading",
    "Vault",
    "load",
    "programs",
    "settings_in_force",
    "this_machine",
]
