"""The fleet: sessions with many hosts at once, within budgets; it knows no platform."""

from tuile.gather.scheduler import run_probes

__all__ = ["run_probes"]
