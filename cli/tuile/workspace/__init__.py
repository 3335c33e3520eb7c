"""Inventory, policy repository and release together: one plan for each host."""
