"""All ends that a stack of PAM can come to, walked as libpam does with every answer that its
modules may give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tuile.platforms.linux.pam.answers import DENIED, IGNORE, SUCCESS, UNKNOWN, Answers
from tuile.platforms.linux.pam.files import SUBSTACK, Handler

_STEPS = 50_000
"""More than any stack of a real host takes; beyond, the rest is not walked and the caller is told.
"""

Verdict = tuple[str, str]
"""What the stack thinks so far ("undecided", "yes", "no"), and the answer that made it think so."""
_START: Verdict = ("undecided", DENIED)


@dataclass(frozen=True)
class Step:
    """One module on the way, with its answer and what was done on it."""

    handler: Handler
    answer: str
    action: str


@dataclass(frozen=True)
class End:
    """One end of a stack: whether it says yes, what was marked on the way, and the way."""

    success: bool
    marks: frozenset[str]
    path: tuple[Step, ...]

    @property
    def fault(self) -> str:
        """Return the line that decides: the first that said yes or was jumped from, else the first
        at all.
        """
        telling = [
            s
            for s in self.path
            if (s.action in ("ok", "done") and s.answer == SUCCESS) or s.action.isdigit()
        ]
        return str((telling or self.path)[0].handler) if self.path else ""


@dataclass(frozen=True)
class _Place:
    """Where the walk stands."""

    index: int = 0
    level: int = 0
    verdict: Verdict = _START
    entered: tuple[Verdict, ...] = (_START,)
    """The verdicts with which each level was entered."""
    marks: frozenset[str] = frozenset()


class TooLong(Exception):
    """The stack has more ways than are walked."""


def ends(stack: Sequence[Handler], ask: Callable[[Handler], Answers]) -> list[End]:
    """Return one way to each end that differs in outcome or marks.

    Raises:
        TooLong: the stack has more ways than are walked.

    """
    found: dict[tuple[bool, frozenset[str]], End] = {}
    seen: set[_Place] = set()
    todo: list[tuple[_Place, tuple[Step, ...]]] = [(_Place(), ())]
    while todo:
        place, path = todo.pop()
        if place.index >= len(stack):
            success = place.verdict == ("yes", SUCCESS)
            known = found.get((success, place.marks))
            if known is None or len(path) < len(known.path):
                found[success, place.marks] = End(success, place.marks, path)
        elif place not in seen:
            seen.add(place)
            if len(seen) > _STEPS:
                raise TooLong
            todo.extend(_next(stack, place, path, ask))
    return list(found.values())


def _next(
    stack: Sequence[Handler],
    place: _Place,
    path: tuple[Step, ...],
    ask: Callable[[Handler], Answers],
) -> list[tuple[_Place, tuple[Step, ...]]]:
    handler = stack[place.index]
    if handler.level > place.level:
        lacking = handler.level + 1 - len(place.entered)
        entered = (*place.entered, *(_START for _ in range(lacking)))[: handler.level]
        place = replace(place, entered=(*entered, place.verdict))
    if handler.module == SUBSTACK:
        return [(replace(place, index=place.index + 1, level=handler.level), path)]
    given, marks = ask(handler)
    left = place if given == {UNKNOWN} else replace(place, marks=place.marks | marks)
    return [_acted(stack, left, path, answer) for answer in sorted(given)]


def _acted(
    stack: Sequence[Handler], place: _Place, path: tuple[Step, ...], answer: str
) -> tuple[_Place, tuple[Step, ...]]:
    """Return where one answer leads."""
    handler = stack[place.index]
    action = handler.actions.get(answer, handler.actions.get("default", "bad"))
    verdict, index = place.verdict, place.index + 1
    if action.isdigit():
        index, reached = _jumped(stack, place.index, int(action))
        verdict = verdict if reached else ("no", DENIED)
    elif action == "reset":
        verdict = place.entered[handler.level] if handler.level < len(place.entered) else _START
    elif action in ("ok", "done"):
        verdict = (
            ("yes", answer) if verdict[0] == "undecided" or verdict == ("yes", SUCCESS) else verdict
        )
        index = _left(stack, place.index) if action == "done" and verdict[0] == "yes" else index
    elif action in ("bad", "die"):
        verdict = verdict if verdict[0] == "no" else ("no", DENIED if answer == IGNORE else answer)
        index = _left(stack, place.index) if action == "die" else index
    step = Step(handler, answer, action)
    return replace(place, index=index, level=stack[index - 1].level, verdict=verdict), (*path, step)


def _left(stack: Sequence[Handler], index: int) -> int:
    """Return what comes behind the substack that a line stands in."""
    level = stack[index].level
    while index + 1 < len(stack) and stack[index + 1].level >= level:
        index += 1
    return index + 1


def _jumped(stack: Sequence[Handler], index: int, count: int) -> tuple[int, bool]:
    """Return where a jump over so many lines leads, and whether there are so many; a substack is
    one.
    """
    level = stack[index].level
    while count and index + 1 < len(stack) and stack[index + 1].level >= level:
        index += 1
        while index + 1 < len(stack) and stack[index + 1].level > level:
            index += 1
        count -= 1
    return index + 1, count == 0
