"""An undo, and how a host was guarded, as JSON."""

from __future__ import annotations

from typing import Any

from tuile.policy.change.pre_image import GuardOutcome
from tuile.policy.change.undo import HostUndo, UndoReport
from tuile.policy.text import Lang
from tuile.policy.verdict.status import exit_code_of_undo
from tuile.reports.interface import Style
from tuile.reports.json_form import document, said, time
from tuile.reports.ordering import by_name


def undo(report: UndoReport, _lang: Lang, _style: Style) -> str:
    """Return the document of an undo: what went back, and what was left because others changed it
    since.
    """
    hosts = sorted(report.hosts, key=lambda host: by_name(host.host))
    return document(
        "undo",
        exit_code_of_undo(hosts, over=report.over),
        run=report.run,
        over_changes=report.over,
        hosts=[_undone(h) for h in hosts],
    )


def guarded(guarded: GuardOutcome) -> dict[str, Any]:
    """Return how a host was guarded, as plain data."""
    return {
        "kept": guarded.id,
        "until": time(guarded.until),
        "seconds": round(guarded.seconds, 3),
        "ending": guarded.ending.value,
        "why": said(guarded.why),
        "trouble": list(guarded.trouble),
    }


def _undone(host: HostUndo) -> dict[str, Any]:
    return {
        "host": host.host,
        "apply": {"run": host.run, "at": time(host.at)},
        "done": host.done,
        "already": host.already,
        "why_not": said(host.why_not),
        "back": [{"sort": one.type.slug, "name": one.name} for one in host.back],
        "changed_since": [
            {
                "sort": one.resource.type.slug,
                "name": one.resource.name,
                "was": one.was,
                "applied": one.left,
                "now": one.now,
            }
            for one in host.meanwhile
        ],
        "trouble": list(host.trouble),
        "failing": None if host.failing is None else list(host.failing),
    }
