"""Reports: each format is a module with a function for each report that it can render; nothing here
does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Literal

from tuile.policy.text import Lang
from tuile.reports.interface import CheckReport, DiffReport, Style

__all__ = [
    "FORMATS",
    "CheckReport",
    "DiffReport",
    "Format",
    "Render",
    "Style",
    "renderer",
]

Format = Literal["text", "json", "junit"]
Render = Callable[[Any, Lang, Style], str]

FORMATS: Mapping[str, tuple[Format, ...]] = {
    "check": ("text", "json", "junit"),
    "diff": ("text", "json"),
    "apply": ("text", "json"),
    "undo": ("text", "json"),
    "drift": ("text", "json"),
    "history": ("text", "json"),
    "explain": ("text", "json"),
    "coverage": ("text", "json"),
    "baseline_list": ("text", "json"),
    "baseline_show": ("text", "json"),
    "baseline_diff": ("text", "json"),
    "baseline_lint": ("text", "json"),
    "rollout": ("text", "json"),
    "reboots": ("text", "json"),
}
"""The formats of each report, the usual one first."""

_OF_BASELINES = frozenset(
    {"explain", "coverage", "baseline_list", "baseline_show", "baseline_diff", "baseline_lint"}
)


def renderer(report: str, form: str) -> Render:
    """Return the function that renders a report in a format, without a last newline; it alone is
    imported.
    """
    if form not in FORMATS[report]:
        raise ValueError(f"no {form} of {report}")
    if form == "text":  # a screen is a module of its own: they are long, and a command shows one
        render: Render = import_module(f"{__name__}.text.{report}").render
    else:
        module = "json_baselines" if report in _OF_BASELINES else form
        render = getattr(import_module(f"{__name__}.{module}"), report)
    return render
