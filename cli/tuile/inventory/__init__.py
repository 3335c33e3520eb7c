"""Reads a plain Ansible inventory, by asking ansible-inventory, and remembers the answer while nothing changes."""

from tuile.inventory.load import Inventory, this_machine
from tuile.inventory.load import load_inventory as load
from tuile.inventory.programs import programs

__all__ = ["Inventory", "load", "programs", "this_machine"]
