"""What Ansible takes for true."""

TRUE = frozenset({"true", "yes", "on", "1", "y", "t", "1.0"})


def truth(value: object) -> bool:
    """Return what Ansible's `| bool` makes of a value: true, yes, on, 1 in any case."""
    return str(value).strip().lower() in TRUE
