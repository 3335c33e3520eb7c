"""Faults at every step of an apply: afterwards a host lets people in, and is exactly as before or
as wanted.
"""
