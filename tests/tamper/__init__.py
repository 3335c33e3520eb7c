"""Ways to weaken a hardened host by hand, and harmless changes of daily work: what a check says of
each.
"""
