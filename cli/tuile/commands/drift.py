"""`tuile drift`: what changed since an earlier run, and why."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import click

from tuile import paths
from tuile.commands.options import common, lang_of
from tuile.commands.output import format_options, show
from tuile.commands.run_session import now
from tuile.jobs.drift import drift
from tuile.policy.errors import Usage
from tuile.policy.verdict.status import exit_code_of_drift
from tuile.store import Store

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command()
@click.option(
    "--since",
    metavar="WHEN",
    help="7d, 12h, 2w, or a date: 2026-11-16, 2026-11-16T06:00. Default: the last run.",
)
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Only this host; may be given again."
)
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Say what changed since an earlier run, with its cause: from what is stored, no host is asked.

    \b
    tuile drift                    since the run before the last, host by host
    tuile drift --since 7d
    tuile drift --since 2026-11-16 --host srv-pacs-01

    Exit code: 0 nothing is worse, 1 something is, 2 usage mistake, 3 less is known than before.
    """  # noqa: D301 -- \b is click's
    since, hosts = when(flags["since"], now()), frozenset(flags["hosts"]) or None
    with Store(paths.store()) as store:
        named = flags["as_json"] or flags["verbose"]
        found = drift(store, since, hosts, list_never_compliant=named)
    show("drift", found, lang_of(ctx, flags.pop("lang")), flags)
    return exit_code_of_drift(found.changes, seen=found.until is not None)


def when(words: str | None, today: datetime) -> datetime | None:
    """Return the time that words like "7d" or "2026-11-16" mean, seen from `today`; dates are in
    the reader's zone.

    Raises:
        Usage: they mean nothing.

    """
    if words is None:
        return None
    span = re.fullmatch(r"(\d{1,4})([mhdw])", words.strip())
    if span:
        return today - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        found = datetime.fromisoformat(words).astimezone()
    except ValueError:
        raise Usage(
            f'--since: "{words}" is no time. Say 7d, 12h, 2w, or a date like 2026-11-16.'
        ) from None
    if found > today:
        raise Usage(f'--since: "{words}" is yet to come.')
    return found
