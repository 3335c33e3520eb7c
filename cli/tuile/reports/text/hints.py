"""What to do next, as commands that can be typed as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from tuile.policy.model import HostResult, Outcome
from tuile.policy.text import Lang, Text
from tuile.policy.verdict.status import Status, status
from tuile.reports.interface import CheckReport, Style
from tuile.reports.ordering import ranked
from tuile.reports.text.messages import colon
from tuile.reports.text.phrases import cause

_NEXT = Text("Next", "Ensuite")
_APART = "      "
_UNMET = frozenset({Outcome.failed, Outcome.pending})
_WIDE = 100
"""Columns of a line where there is no terminal to fit."""


def command(verb: str, options: str, hosts: Sequence[str], *more: str) -> str:
    """Return a command line of Tuile for these hosts; without hosts, for all that the options lead
    to.
    """
    limit = f"-l {quote(','.join(hosts))}" if hosts else ""
    return " ".join(part for part in ("tuile", verb, options, limit, *more) if part)


def hints(commands: Sequence[str], lang: Lang, style: Style) -> list[str]:
    """Return the commands on one line, or one a line: a command is never broken, so that it can be
    copied.
    """
    if not commands:
        return []
    head = f"{_NEXT.say(lang)}{colon(lang)} "
    line = head + _APART.join(commands)
    if len(line) <= (style.width or _WIDE):
        return [line]
    first, *more = commands
    return [head + first, *(" " * len(head) + one for one in more)]


def hints_after_check(
    report: CheckReport, results: Sequence[HostResult], lang: Lang, style: Style
) -> list[str]:
    """Return what to do after a check: see the repair of the worst host, learn of its worst rule,
    look again.
    """
    commands: list[str] = []
    failing = [result for result in results if status(result) is Status.not_compliant]
    if failing:
        host, rule = _worst(failing)
        commands.append(command("diff", report.options, _limit(report, [host])))
        commands.append(command("explain", "", [], quote(rule)))
    blind = [result for result in results if _needs_root(result)]
    if blind and "--become" not in report.options.split():
        commands.append(
            command("check", report.options, _limit(report, [blind[0].host]), "--become")
        )
    away = [result.host for result in results if not result.reached]
    if away and not failing:
        commands.append(command("check", report.options, _limit(report, away[:3])))
    return hints(commands, lang, style)


def _worst(failing: Sequence[HostResult]) -> tuple[str, str]:
    """Return the first host with a failure of the highest severity, and that rule."""
    found: list[tuple[int, str, str]] = []
    for result in failing:
        planned = {item.rule.id: item for item in result.plan.rules}
        rule = ranked((v for v in result.verdicts if v.outcome in _UNMET), planned)[0].rule
        found.append((planned[rule].rule.severity, result.host, rule))
    return max(found, key=lambda item: item[0])[1:]


def _limit(report: CheckReport, hosts: list[str]) -> list[str]:
    """Return the hosts to name: none where the options lead to one host anyway."""
    return [] if len(report.results) == 1 and not report.options else hosts


def _needs_root(result: HostResult) -> bool:
    return any(
        v.outcome is Outcome.error and bool(cause(v.reason, result.facts).advice.en)
        for v in result.verdicts
    )
