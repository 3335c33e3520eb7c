"""`tuile baseline`: list, show and validate baselines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from tuile import repo
from tuile.commands.options import common, lang_of
from tuile.commands.release import sign, verify
from tuile.flows.prepare import Repository, Request, prepare
from tuile.policy.digest import plain
from tuile.policy.errors import PolicyMistakes, Usage, did_you_mean
from tuile.policy.model import NOWHERE, Baseline, PlannedRule
from tuile.repo.build import reference_of

_REPO = click.option(
    "--repo", "home", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Policy repository."
)


@click.group()
def command() -> None:
    """List, show, validate, sign and verify baselines: those that ship, and those of your policy repository."""


command.add_command(sign)
command.add_command(verify)


@command.command("list")
@_REPO
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
@click.pass_context
def list_(ctx: click.Context, /, home: Path | None, as_json: bool, lang: str | None, **_: object) -> None:  # noqa: FBT001
    """List the baselines with their versions and the number of their rules."""
    library = _repository(home).library()
    rows = [(baseline, len(library.flatten(baseline))) for baseline in library.baselines()]
    if as_json:
        _json([{"name": b.name, "version": b.version, "title": plain(b.title), "rules": count} for b, count in rows])
        return
    for baseline, count in rows:
        click.echo(f"{baseline.label:<28} {count:>4} rules   {baseline.title.say(lang_of(ctx, lang))}")


@command.command()
@click.argument("name")
@_REPO
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
@click.pass_context
def show(ctx: click.Context, /, name: str, home: Path | None, as_json: bool, lang: str | None, **_: object) -> None:  # noqa: FBT001 -- flags
    """Show the rules of NAME (linux-server, or linux-server@0.2.0), after extension, by level."""
    library = _repository(home).library()
    baseline = library.find(reference_of(name, NOWHERE))
    if baseline is None:
        known = [b.name for b in library.baselines()]
        raise Usage(f'no baseline "{name}". {did_you_mean(name.partition("@")[0], known)}'.strip())
    rules = list(library.flatten(baseline).values())
    if as_json:
        _json([plain(planned.rule) for planned in rules])
        return
    _print_rules(baseline, rules, lang_of(ctx, lang))


@command.command()
@click.option("-i", "--inventory", metavar="PATH", help="With the policy.yaml and waivers.yaml beside this inventory.")
@_REPO
@common
def lint(inventory: str | None, home: Path | None, **_: object) -> None:
    """Validate all baselines and mappings, and the policy of an inventory; every mistake with file and line."""
    repository = _repository(home)
    library = repository.library()
    frameworks, mistakes = repo.read_mappings(repository.homes, library)
    if mistakes:
        raise PolicyMistakes(mistakes)
    rules = sum(len(baseline.rules) for baseline in library.baselines())
    click.echo(f"{len(library.baselines())} baselines with {rules} rules, {len(frameworks)} mappings: no mistake.")
    if inventory is not None:
        prepared = prepare(Request(inventory=inventory, home=home))
        click.echo(f"{len(prepared.plans)} hosts have a plan, {len(prepared.unassigned)} have none: no mistake.")


def _repository(home: Path | None) -> Repository:
    return Repository(home or repo.find_home(Path.cwd()))


def _print_rules(baseline: Baseline, rules: list[PlannedRule], lang: Any) -> None:  # noqa: ANN401 -- a Lang
    click.echo(f"{baseline.label} – {baseline.title.say(lang)}")
    for planned in sorted(rules, key=lambda p: (p.rule.level, p.rule.id)):
        rule = planned.rule
        click.echo(f"  {rule.level.name:<13} {rule.severity.name:<7} {rule.id:<44} {rule.title.say(lang)}")


def _json(data: Any) -> None:  # noqa: ANN401 -- plain data
    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
