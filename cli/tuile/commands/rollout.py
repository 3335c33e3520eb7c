"""`tuile rollout`: a version of a baseline on its way to the fleet, ring by ring."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tuile import paths
from tuile.commands.options import (
    become_password,
    common,
    fleet_flags,
    lang_of,
    of_release,
    of_work,
    vault,
)
from tuile.commands.output import format_options, show
from tuile.commands.rollout_session import Duration, Work, stored, work_on, worked_on
from tuile.commands.run_session import now
from tuile.jobs import rollout as flow
from tuile.jobs.rollback import roll_back
from tuile.jobs.rollout_spec import RolloutSpec, probe_files, whole
from tuile.policy.change.undo import UndoReport
from tuile.policy.errors import Refused, Usage
from tuile.policy.rollout import state as machine
from tuile.policy.rollout.rings import DEFAULT, read_rings
from tuile.policy.rollout.state import Pace, Phase, Rollout
from tuile.policy.text import Lang, Text
from tuile.policy.verdict.status import exit_code_of_rollout, exit_code_of_undo
from tuile.store import Store
from tuile.workspace.prepare import prepare
from tuile.workspace.release import remember

_ASK = Text(
    en="Bring {what} to {count} host(s), ring by ring?",
    fr="Déployer {what} sur {count} hôte(s), anneau par anneau ?",
)
_UNDO = Text(
    en="Undo the rollout of {what} on {count} host(s)?",
    fr="Annuler le déploiement de {what} sur {count} hôte(s) ?",
)
_NUMBER = click.argument("number", type=int, required=False)
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_AUTO = click.option(
    "--auto", is_flag=True, help="Wait for soaks and pass gates without being asked."
)


@click.group()
def command() -> None:
    """Bring a version of a baseline to the fleet, ring by ring, with a gate between rings.

    \b
    tuile rollout start linux-server@0.2.0 --to lens_servers -i inventories/ght-artois --rings canary:5%,pilot:25%,rest
    tuile rollout status
    tuile rollout promote          looks at the ring again, runs the probes, and opens the next ring if all is well
    tuile rollout resume           goes on where it was: after a stop, a pause, a crash; catches up hosts that return

    A controller may die at any moment; resume asks the hosts what became of them, and does nothing twice.
    """  # noqa: D301 -- \b is click's


@command.command()
@click.argument("baseline", metavar="BASELINE@VERSION")
@click.option(
    "--to",
    required=True,
    metavar="PATTERN",
    help="Which hosts: names, groups, globs, 'a:&b', 'a:!b'.",
)
@fleet_flags(
    "inventory",
    "level",
    "become",
    "ask_become_pass",
    "vault_password_file",
    "ask_vault_pass",
    "repo",
    "at_once",
)
@of_release
@click.option(
    "--rings",
    default=DEFAULT,
    show_default=True,
    metavar="NAME[:SHARE],…",
    help=(
        "In which order; hosts are in the ring that policy.yaml or the variable tuile_ring says,"
        " the others by share."
    ),
)
@click.option(
    "--parallel",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Hosts at the same time.",
)
@click.option(
    "--max-fail",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Failures a ring may have.",
)
@click.option(
    "--soak",
    type=Duration(),
    default="0s",
    show_default=True,
    help="Between a ring's end and its gate.",
)
@click.option(
    "--probe",
    "probe_paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="testinfra tests of your own that must pass at each gate; may be given again.",
)
@of_work
@_AUTO
@_YES
@format_options("text", "json")
@common
@click.pass_context
def start(ctx: click.Context, /, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Begin a rollout of BASELINE@VERSION with its first ring."""
    lang, password = lang_of(ctx, flags["lang"]), become_password(ask=flags["ask_become_pass"])
    ordered = _ordered(flags)
    workspace = prepare(replace(ordered.request(password), vault=vault(flags)))
    ordered = replace(
        ordered, content=workspace.content, home=str(workspace.home) if workspace.home else None
    )
    rings, pace = (
        read_rings(flags["rings"]),
        Pace(flags["parallel"], flags["max_fail"], flags["soak"]),
    )
    new = flow.planned(workspace, flags["baseline"].replace("@", " "), rings, pace, now())
    probe_files(ordered, workspace)  # a missing one is told before anything begins
    _confirm(_ASK, new, len(new.members), flags, lang)
    with Store(paths.store()) as store:
        number = store.start_rollout(new, ordered.data())
        with flow.alone(number):
            remember(workspace.release, now())
            work = work_on(number, store, workspace, ordered, lang)
            return _shown(_go_on(work, auto=flags["auto"]), lang, flags)


@command.command()
@_NUMBER
@format_options("text", "json")
@common
@click.pass_context
def status(ctx: click.Context, /, number: int | None, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Say how far a rollout is: the one that is going on, the last one, or NUMBER."""
    with stored(number) as (_, rollout, _ordered):
        return _shown(rollout, lang_of(ctx, flags["lang"]), flags)


@command.command()
@_NUMBER
@fleet_flags("ask_become_pass", "vault_password_file", "ask_vault_pass")
@_AUTO
@format_options("text", "json")
@common
@click.pass_context
def resume(ctx: click.Context, /, number: int | None, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Go on where it was; hosts that failed, were away or had no window are tried again."""
    with worked_on(ctx, number, flags) as work:
        work.rolling.resume()
        return _shown(_go_on(work, auto=flags["auto"]), lang_of(ctx, flags["lang"]), flags)


@command.command()
@_NUMBER
@fleet_flags("ask_become_pass", "vault_password_file", "ask_vault_pass")
@click.option(
    "--despite-soak", is_flag=True, help="Before the ring has soaked for as long as was said."
)
@_AUTO
@format_options("text", "json")
@common
@click.pass_context
# Flags
def promote(ctx: click.Context, /, number: int | None, **flags: Any) -> int:  # noqa: ANN401
    """Look at the ring again, run the probes, and open the next ring if nothing speaks against it."""
    with worked_on(ctx, number, flags) as work:
        work.rolling.pass_gate(work.probe, early=flags["despite_soak"])
        return _shown(_go_on(work, auto=flags["auto"]), lang_of(ctx, flags["lang"]), flags)


@command.command()
@_NUMBER
@format_options("text", "json")
@common
@click.pass_context
def pause(ctx: click.Context, /, number: int | None, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """Start no further host; those that were begun come to their end."""
    with stored(number) as (store, rollout, _):
        return _shown(
            store.turn_rollout(rollout.id, machine.pause), lang_of(ctx, flags["lang"]), flags
        )


@command.command()
@_NUMBER
@click.option(
    "--undo", is_flag=True, help="Put back what the rollout did on the hosts that it has reached."
)
@fleet_flags("ask_become_pass", "vault_password_file", "ask_vault_pass")
@_YES
@format_options("text", "json")
@common
@click.pass_context
def abort(ctx: click.Context, /, number: int | None, **flags: Any) -> int:  # noqa: ANN401 -- flags
    """End the rollout; hosts that were not begun are left as they are.

    With --undo the others are put back as well.
    """
    lang = lang_of(ctx, flags["lang"])
    with stored(number) as (store, rollout, _):
        if flags["undo"]:
            _confirm(
                _UNDO,
                rollout,
                sum(bool(member.runs) for member in rollout.members.values()),
                flags,
                lang,
            )
        over = flags["undo"] and rollout.phase is Phase.aborted  # ended before, to be undone now
        ended = rollout if over else store.turn_rollout(rollout.id, machine.abort)
        if not flags["undo"]:
            return _shown(ended, lang, flags)
    with worked_on(ctx, ended.id, flags) as work:
        members = list(work.rolling.settle().members.values())
        report = UndoReport(tuple(roll_back(members, work.executor)))
        show("undo", report, lang, flags)
        return exit_code_of_undo(report.hosts, over=False)


def _ordered(flags: dict[str, Any]) -> RolloutSpec:
    if "@" not in flags["baseline"]:
        raise Usage(
            f"say which version: {flags['baseline']}@1.2.0 (tuile baseline list shows them)."
        )
    if flags["inventory"] is None:
        raise Usage("say which hosts there are: -i inventories/ght-artois")
    same = (
        "baseline",
        "level",
        "to",
        "become",
        "engine",
        "confirm_within",
        "at_once",
        "irreversible",
        "this_machine",
    )
    return RolloutSpec(
        **{name: flags[name] for name in (*same, "release", "unsigned", "older_release")},
        inventory=whole(flags["inventory"]),
        home=str(flags["repo"].resolve()) if flags["repo"] else None,
        probes=tuple(str(path.resolve()) for path in flags["probe_paths"]),
    )


def _confirm(
    question: Text, rollout: Rollout, count: int, flags: dict[str, Any], lang: Lang
) -> None:
    if flags["yes"]:
        return
    if not sys.stdin.isatty():
        raise Refused(
            "nobody is there to ask. Say --yes to do it without a question.",
            "personne n’est là pour répondre. Ajoutez --yes pour continuer sans question.",
        )
    if not click.confirm(question.say(lang).format(what=rollout.baseline, count=count), err=True):
        raise Refused("nothing was done.", "rien n’a été fait.")


def _go_on(work: Work, *, auto: bool) -> Rollout:
    """Work until somebody has to decide; with `auto`, gates are passed once their time has come."""
    rollout = work.rolling.work()
    while auto and rollout.phase is Phase.soaking:
        time.sleep(flow.seconds_left(rollout, now()))
        work.rolling.pass_gate(work.probe)
        rollout = work.rolling.work()
    return rollout


def _shown(rollout: Rollout, lang: Lang, flags: dict[str, Any]) -> int:
    show("rollout", rollout, lang, flags)
    return exit_code_of_rollout(rollout)
