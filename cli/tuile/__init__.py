"""Tuile holds the machines of a hospital group to versioned security baselines."""

__version__ = "0.1.0"
