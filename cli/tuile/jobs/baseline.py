"""What baselines hold, how two of them differ, and how they cover outside frameworks."""

from __future__ import annotations

from collections.abc import Iterable

from tuile.policy.errors import PolicyMistakes, Usage, did_you_mean
from tuile.policy.model import NOWHERE, Baseline, Level, Reference
from tuile.policy.plan.baseline_diff import Versus, versus
from tuile.policy.plan.controls import Framework
from tuile.policy.plan.coverage import Coverage, Scope, coverage
from tuile.policy.plan.extend import Library, Linted, Whole, version_key
from tuile.workspace.policy_repository import Repository
from tuile.workspace.repository import read_mappings


def wholes(repository: Repository) -> tuple[Whole, ...]:
    """Return all baselines, by name and version."""
    library = repository.library()
    return tuple(library.whole(baseline) for baseline in library.baselines())


def whole(repository: Repository, named: str) -> Whole:
    """Return the baseline of that name, "linux-server" or "linux-server@1.0.0".

    Raises:
        Usage: there is none.

    """
    library = repository.library()
    return library.whole(_named(library, named))


def linted(repository: Repository) -> Linted:
    """Return how much was validated.

    Raises:
        PolicyMistakes: there are mistakes in it.

    """
    library = repository.library()
    rules = sum(len(one.rules) for one in library.baselines())
    return Linted(len(library.baselines()), rules, len(frameworks(repository)))


def compared(repository: Repository, before: str, after: str) -> Versus:
    """Return what changed from one baseline, or version of it, to another, rule by rule.

    Raises:
        Usage: there is no baseline of that name and version.

    """
    library = repository.library()
    one, other = _named(library, before), _named(library, after)
    old, new = ({rule: p.rule for rule, p in library.flatten(b).items()} for b in (one, other))
    return versus(one.label, old, other.label, new)


def frameworks(repository: Repository) -> list[Framework]:
    """Return all frameworks for which there is a mapping.

    Raises:
        PolicyMistakes: there are mistakes in the mappings.

    """
    found, mistakes = read_mappings(repository.homes, repository.library())
    if mistakes:
        raise PolicyMistakes(mistakes)
    return found


def covered(repository: Repository, framework: str, baseline: str | None, level: Level) -> Coverage:
    """Return how the controls of a framework are met, by one baseline up to a level, or by all at
    hand.

    Raises:
        Usage: there is no such framework or baseline.

    """
    return coverage(
        _framework(frameworks(repository), framework), scope_of(repository, baseline, level)
    )


def scope_of(repository: Repository, named: str | None, level: Level) -> Scope:
    """Return the rules of a baseline up to a level, or of all baselines, with those that people
    answer for.

    Raises:
        Usage: there is no such baseline.

    """
    library = repository.library()
    chosen = library.baselines() if named is None else [_named(library, named)]
    rules = [planned.rule for one in chosen for planned in library.flatten(one).values()]
    humans = {rule.id: repository.human(rule) for rule in rules if rule.level <= level}
    return Scope(humans) if named is None else Scope(humans, chosen[0].name, level, chosen[0].label)


def _named(library: Library, named: str) -> Baseline:
    name, _, version = named.partition("@")
    found = library.find(Reference(name, version or None, NOWHERE))
    if found is not None:
        return found
    versions = [one.version for one in library.baselines() if one.name == name]
    if versions:
        raise Usage(
            f'no version "{version}" of baseline "{name}". Here there is {", ".join(versions)}.'
        )
    raise Usage(
        f'no baseline "{named}". {did_you_mean(name, [one.name for one in library.baselines()])}'.strip()
    )


def _framework(known: Iterable[Framework], named: str) -> Framework:
    """Return the framework of that name, however it is spelt; of several versions the newest unless
    one is named.
    """
    found = [one for one in known if _bare(named) in {_bare(one.name), _bare(one.label)}]
    if not found:
        names = sorted({one.name for one in known})
        raise Usage(f'no mapping of a framework "{named}". {did_you_mean(named, names)}'.strip())
    return max(found, key=lambda one: _version(one.version))


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _version(version: str) -> tuple[tuple[int, ...], str]:
    numbers = version.split(".")
    return (version_key(version) if all(number.isdigit() for number in numbers) else (), version)
