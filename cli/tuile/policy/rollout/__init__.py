"""A baseline version brought to a fleet, ring by ring."""
