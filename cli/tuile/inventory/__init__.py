"""Reads a plain Ansible inventory, by asking ansible-inventory, and remembers the answer while nothing changes."""

from tuile.inventory.load import Inventory, this_machine
from tuile.inventory.load import load_inventory as load

__all__ = ["Inventory", "load", "this_machine"]
