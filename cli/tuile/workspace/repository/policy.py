"""From a policy repository's files to a Policy: finds, validates and builds, and raises all
mistakes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tuile.policy.errors import Mistake, Place
from tuile.policy.limit import Limit
from tuile.policy.model import Assignment, Baseline, Policy, Tailoring, Waiver
from tuile.policy.text import Text
from tuile.workspace.repository import schema
from tuile.workspace.repository.attestations import read_attestations
from tuile.workspace.repository.build import build_baseline, level_of, ranges_of, reference_of
from tuile.workspace.repository.hosts import read_hosts
from tuile.workspace.repository.validate import validate
from tuile.workspace.repository.validation_cache import Passed
from tuile.workspace.repository.yaml_file import YamlFile, read_yaml

Unfit = Callable[[str, Mapping[str, Any]], "str | None"]
ParamsSchema = Callable[[str], Mapping[str, Any]]
"""The JSON Schema of the parameters of a kind, by slug."""


@dataclass(frozen=True)
class NamedBaseline:
    """A baseline and level named on the command line; it stands for all hosts, in the place of
    `assign`.
    """

    baseline: str
    level: str


@dataclass
class Sources:
    """The files that make up a policy."""

    homes: tuple[Path, ...]
    """Folders that hold `baselines/`: the repository of the user, if any, and what ships."""
    beside: Path | None = None
    """The folder of the inventory, where policy.yaml, waivers.yaml and attestations.yaml are."""
    kinds: Iterable[str] = ()
    params_schema: ParamsSchema = field(default=lambda _slug: {})
    unfit: Unfit = field(default=lambda _kind, _params: None)
    """(kind, params) -> what the kind itself has against them, beyond their schema; None: nothing.
    """
    passed: Passed = field(default_factory=Passed)


def find_home(start: Path) -> Path | None:
    """Return the policy repository that a path lies in: the nearest folder upwards with
    `baselines/` or `checks/`.
    """
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if is_home(folder)), None)


def is_home(folder: Path) -> bool:
    """Return whether a folder is a policy repository."""
    return (folder / "baselines").is_dir() or (
        (folder / "checks").is_dir() and (folder / "roles").is_dir()
    )


def read_policy(sources: Sources, named: NamedBaseline | None) -> tuple[Policy, list[Mistake]]:
    """Read everything; return what could be built, and all the mistakes."""
    baselines = [_read_baseline(path, sources) for path in _baseline_files(sources.homes)]
    mistakes = [mistake for _, found in baselines for mistake in found]
    found = _beside(sources, "policy", schema.policy)
    mistakes += found.mistakes if found else []
    if found is None or found.mistakes or not found.data:
        found = YamlFile("", {})
    assign, tailor = _read_assignments(found)
    seal = {rule: found.place("seal", n) for n, rule in enumerate(found.data.get("seal", ()))}
    hosts, limits = read_hosts(found), _read_limits(found)
    mistakes += found.mistakes
    if named is not None:
        place = Place("--baseline")
        assign = [
            Assignment("all", reference_of(named.baseline, place), level_of(named.level), place)
        ]
    waivers = list(_read_waivers(sources, mistakes))
    answers = _beside(sources, "attestations", schema.attestations)
    attestations = () if answers is None or answers.mistakes else read_attestations(answers)
    mistakes += answers.mistakes if answers else []
    built = tuple(baseline for baseline, _ in baselines if baseline is not None)
    return (
        Policy(
            built, tuple(assign), tuple(tailor), seal, tuple(waivers), hosts, attestations, limits
        ),
        mistakes,
    )


def _baseline_files(homes: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for home in homes:
        for path in sorted((home / "baselines").glob("*.y*ml")):
            found[path.resolve()] = None
    return list(found)


def _read_baseline(path: Path, sources: Sources) -> tuple[Baseline | None, list[Mistake]]:
    kinds = sources.kinds
    found = _read(
        path,
        sources,
        lambda: schema.baseline({slug: sources.params_schema(slug) for slug in kinds}),
        lambda read: _refuse_unfit(read, sources.unfit),
    )
    return (None if found.mistakes else build_baseline(found)), found.mistakes


def _refuse_unfit(found: YamlFile, unfit: Unfit) -> None:
    """Add to the mistakes of a baseline what kinds have against parameters that their schemas let
    pass.
    """
    for number, rule in enumerate(found.data.get("rules", ())):
        what = unfit(rule["kind"], rule.get("params", {}))
        if what is not None:
            found.mistakes.append(Mistake(found.place("rules", number), what, rule=rule["id"]))


def _read_assignments(found: YamlFile) -> tuple[list[Assignment], list[Tailoring]]:
    assign = [
        Assignment(
            item["to"],
            reference_of(item["baseline"], found.place("assign", n, "baseline")),
            level_of(item["level"]),
            found.place("assign", n),
        )
        for n, item in enumerate(found.data.get("assign", ()))
    ]
    tailor = [
        Tailoring(
            to=item["to"],
            rule=item["rule"],
            reason=Text.read(item["reason"]),
            by=item["by"],
            params=item.get("params", {}),
            off=item.get("off", False),
            place=found.place("tailor", n),
        )
        for n, item in enumerate(found.data.get("tailor", ()))
    ]
    return assign, tailor


def _read_limits(found: YamlFile) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            to=item["to"],
            rule=item["rule"],
            params=ranges_of(item["params"]),
            reason=Text.read(item["reason"]),
            by=item["by"],
            place=found.place("limits", n),
        )
        for n, item in enumerate(found.data.get("limits", ()))
    )


def _read_waivers(sources: Sources, mistakes: list[Mistake]) -> Iterator[Waiver]:
    found = _beside(sources, "waivers", schema.waivers)
    mistakes += found.mistakes if found else []
    for n, item in enumerate([] if found is None or found.mistakes else found.data or ()):
        place = found.place(n) if found else Place("")
        if item["approver"].strip().casefold() == item["owner"].strip().casefold():
            what = f'the waiver is approved by its owner, "{item["owner"]}"'
            mistakes.append(Mistake(place, what, "Somebody else must approve it.", item["rule"]))
            continue
        yield Waiver(
            to=item["to"],
            rule=item["rule"],
            reason=Text.read(item["reason"]),
            owner=item["owner"],
            approver=item["approver"],
            until=date.fromisoformat(item["until"]),
            compensation=item.get("compensation", ""),
            place=place,
        )


def _beside(
    sources: Sources, name: str, make_schema: Callable[[], dict[str, Any]]
) -> YamlFile | None:
    """Read policy.yaml, waivers.yaml or attestations.yaml beside the inventory; None where there is
    no such file.
    """
    for path in (
        ()
        if sources.beside is None
        else (sources.beside / f"{name}.yaml", sources.beside / f"{name}.yml")
    ):
        if path.exists():
            return _read(path, sources, make_schema)
    return None


def _read(
    path: Path,
    sources: Sources,
    make_schema: Callable[[], dict[str, Any]],
    look_closer: Callable[[YamlFile], None] = lambda _found: None,
) -> YamlFile:
    """Read a file and validate it, unless these very bytes have passed under this very schema
    before.

    `look_closer` is called with a file that its schema lets pass, and adds what else is wrong with
    it.
    """
    found = sources.passed.recall(path)
    if found is None:
        found = read_yaml(path)
        if not found.mistakes:
            validate(found, make_schema())
        if not found.mistakes:
            look_closer(found)
        if not found.mistakes:
            sources.passed.note(path, found)
    return found
