"""`tuile reboots`: who needs a reboot, and why."""

from __future__ import annotations

from typing import Any

import click

from tuile import paths
from tuile.commands.options import common, lang_of
from tuile.commands.output import format_options, show
from tuile.jobs.reboots import reboots
from tuile.policy.verdict.status import exit_code_of_reboots
from tuile.store import Store


@click.command()
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Only this host; may be given again."
)
@format_options("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Say which hosts need a reboot, and why, as they were last checked. Tuile itself reboots nothing, ever.

    A host needs one where a rule is right only from the next boot on, or where the host asks for one itself
    (/run/reboot-required, after an update of the kernel or of a library).

    \b
    tuile reboots
    tuile reboots --host srv-pacs-01

    Exit code: 0 none does, 1 some do, 3 none is known to, but some hosts were not reached.
    """  # noqa: D301 -- \b is click's
    with Store(paths.store()) as store:
        found = reboots(store, flags["hosts"])
    show("reboots", found, lang_of(ctx, flags.pop("lang")), flags)
    return exit_code_of_reboots(found)
