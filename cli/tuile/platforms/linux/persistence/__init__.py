"""Where code starts by itself on a host."""
