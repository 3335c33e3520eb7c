"""A host that lies, floods, stalls and forges, beside one that does not: it costs itself only."""
