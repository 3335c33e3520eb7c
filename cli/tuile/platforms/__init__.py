"""Kinds of machines that are looked at and changed in the same way; each folder knows one of them."""
