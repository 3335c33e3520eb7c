"""A rollout, and the hosts that need a reboot, as JSON."""

from __future__ import annotations

from typing import Any

from tuile.policy.history.reboots import HostReboot, Reboots
from tuile.policy.rollout.state import Member, Rollout, Step
from tuile.policy.text import Lang
from tuile.policy.verdict.status import exit_code_of_reboots, exit_code_of_rollout
from tuile.reports.interface import Style
from tuile.reports.json_form import document, said, time


def rollout(report: Rollout, _lang: Lang, _style: Style) -> str:
    """Return the document of a rollout: each ring with its hosts, in both languages, times in UTC."""
    return document(
        "rollout",
        exit_code_of_rollout(report),
        rollout=report.id,
        baseline=report.baseline,
        started=time(report.started),
        phase=report.phase.value,
        until=None if report.until is None else time(report.until),
        why=[said(why) for why in report.why],
        ring=report.rings[report.ring],
        rings=[
            {
                "ring": name,
                "counts": {step.value: report.count(index, step) for step in Step},
                "hosts": [_member(member) for member in report.of_ring(index)],
            }
            for index, name in enumerate(report.rings)
        ],
    )


def reboots(report: Reboots, _lang: Lang, _style: Style) -> str:
    """Return the document of who needs a reboot: all hosts, also those that need none."""
    return document(
        "reboots", exit_code_of_reboots(report), hosts=[_reboot(host) for host in report.hosts]
    )


def _reboot(host: HostReboot) -> dict[str, Any]:
    return {
        "host": host.host,
        "seen": None if host.seen is None else {"run": host.seen.run, "at": time(host.seen.at)},
        "stale": host.stale,
        "needed": host.needed,
        "asked": host.asked,
        "packages": list(host.packages),
        "rules": [found.rule for found in host.rules],
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "host": member.host,
        "step": member.step.value,
        "why": said(member.why),
        "runs": list(member.runs),
    }
