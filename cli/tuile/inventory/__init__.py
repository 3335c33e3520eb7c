"""Reads a plain Ansible inventory, by asking ansible-inventory, and remembers the answer while nothing changes."""

from tuile.inventory.ask import Reading
from tuile.inventory.load import Inventory, this_machine
from tuile.inventory.load import load_inventory as load
from tuile.inventory.programs import Program, programs, settings_in_force
from tuile.inventory.vault import Vault

__all__ = ["Inventory", "Program", "Reading", "Vault", "load", "programs", "settings_in_force", "this_machine"]
