"""Reports as text for people, in English and French."""

from tuile.reports.text.apply import render as apply
from tuile.reports.text.check import render as check
from tuile.reports.text.diff import render as diff
from tuile.reports.text.drift import render as drift
from tuile.reports.text.history import render as history

__all__ = ["apply", "check", "diff", "drift", "history"]
