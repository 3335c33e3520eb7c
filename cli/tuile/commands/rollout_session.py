"""What the commands of a rollout share: the rollout as it is stored, and the hosts to work on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import click

from tuile import paths
from tuile.commands.options import become_password, lang_of, vault
from tuile.commands.output import note
from tuile.commands.run_session import now
from tuile.engines import engine
from tuile.jobs import acceptance
from tuile.jobs import rollout as flow
from tuile.jobs.check import CheckContext
from tuile.jobs.guarded_apply import ApplyOptions
from tuile.jobs.rollout_executor import MemberOutcome, RolloutExecutor
from tuile.jobs.rollout_spec import RolloutSpec, probe_files
from tuile.platforms.interface import Limits
from tuile.policy.errors import Refused, Usage
from tuile.policy.rollout.state import Impossible, Rollout, Step
from tuile.policy.text import Lang, Text
from tuile.store import Store
from tuile.workspace.prepare import Workspace, prepare

_STEPS = {
    Step.done: Text("done", "terminé"),
    Step.failed: Text("FAILED", "ÉCHEC"),
    Step.away: Text("away", "absent"),
    Step.held: Text("held", "hors créneau"),
    Step.unclear: Text("unclear", "incertain"),
    Step.left_out: Text("left out", "exclu"),
    Step.waiting: Text("was put back; it is tried again", "remis en état ; nouvel essai"),
}


class Duration(click.ParamType[timedelta]):
    """A time as people write it: 90s, 30m, 2h, 3d."""

    name = "duration"
    _units = {"s": 1, "m": 60, "h": 3600, "d": 86400}  # noqa: RUF012 -- never changed

    def convert(
        # Click's
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> timedelta:
        """Return the time that is meant."""
        found = re.fullmatch(r"(\d+)([smhd])", str(value))
        if found is None:
            self.fail(f'"{value}" is no time. Say 90s, 30m, 2h or 3d.', param, ctx)
        return timedelta(seconds=int(found[1]) * self._units[found[2]])


@contextmanager
def stored(number: int | None) -> Iterator[tuple[Store, Rollout, RolloutSpec]]:
    """Give a rollout as it is stored: this one, or the one that goes on, or the last; and how it is
    carried out.
    """
    with Store(paths.store()) as store, _told():
        found = store.rollout(number)
        if found is None:
            which = (
                "no rollout was started yet" if number is None else f"there is no rollout {number}"
            )
            raise Usage(
                f"{which}. Start one: tuile rollout start linux-server@0.2.0 --to servers -i"
                " hosts.yml"
            )
        yield store, found[0], RolloutSpec.read(found[1])


@dataclass(frozen=True)
class Work:
    """A rollout to work on, with the hosts and the policy that it was started with."""

    rolling: flow.Rolling
    executor: RolloutExecutor
    probe: flow.Probe


@contextmanager
def worked_on(ctx: click.Context, number: int | None, flags: dict[str, Any]) -> Iterator[Work]:
    """Give a rollout to work on, alone."""
    password = become_password(ask=flags["ask_become_pass"])
    with stored(number) as (store, rollout, ordered), flow.alone(rollout.id):
        workspace = prepare(replace(ordered.request(password), vault=vault(flags)))
        ordered.same_content(workspace)
        yield work_on(rollout.id, store, workspace, ordered, lang_of(ctx, flags["lang"]))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Impossible as error:
        raise Refused(f"{error}. See: tuile rollout status") from error


def work_on(
    number: int, store: Store, workspace: Workspace, ordered: RolloutSpec, lang: Lang
) -> Work:
    """Return the work on a rollout whose hosts and policy are at hand."""
    order = ApplyOptions(
        engine(ordered.engine),
        paths.logs(f"{now():%Y%m%dT%H%M%SZ}-rollout-{number}"),
        CheckContext(now().astimezone(), Limits(at_once=ordered.at_once)),
        confirm_within=ordered.confirm_within,
        irreversible=ordered.irreversible,
    )
    executor, files = (
        RolloutExecutor(workspace, order, store, now, ordered.this_machine),
        probe_files(ordered, workspace),
    )
    rolling = flow.Rolling(number, store, executor, now, partial(_tell, lang=lang))
    return Work(
        rolling,
        executor,
        lambda hosts: acceptance.failing(
            files, [workspace.targets[host] for host in hosts if host in workspace.targets]
        ),
    )


def _tell(end: MemberOutcome, lang: Lang) -> None:
    why = f": {end.why.say(lang)}" if end.why else ""
    note(f"{end.host} {_STEPS[end.step].say(lang)}{why}")
