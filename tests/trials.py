"""What was tried, and whether it held: a page of `docs/trials/` is written by the command that
plays a suite whole.

For a suite that pytest plays: `pytest --trials hostile tests/hostile`; its tests say `tried(what,
where)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.sources import ROOT, sources

PAGES = ROOT / "docs" / "trials"
_PROPERTY = "tried"
Tried = Callable[[str, str], None]


@dataclass(frozen=True)
class Suite:
    """What a page is about."""

    title: str
    about: str
    command: str


SUITES = {
    "adversary": Suite(
        "Among hostile users",
        "One or two unprivileged users swap files, links, hard links, folders, FIFOs, sparse "
        "giants and odd names in "
        "all places that a rule touches and that they may write to, while root acts there. A "
        "round holds where nothing "
        "outside of their own files has changed owner, mode or bytes, nothing became readable "
        "that was not, and root "
        "was not held up for longer than a bound.",
        "make chaos",
    ),
    "chaos": Suite(
        "Broken in the middle",
        "Something goes wrong at some moment of an apply. A point holds where a new login with "
        "sudo succeeds in time, "
        "and the host is then either as it was or as the apply wants it, never in between.",
        "make chaos",
    ),
    "hostile": Suite(
        "Beside a hostile host",
        "One host lies, floods, stalls or forges while an honest one is checked and put right. It "
        "holds where "
        "the results and the files of the honest one are what they are without the other, nothing "
        "on the controller is "
        "the host's doing, and time and memory are bounded.",
        "make hostile",
    ),
    "lives": Suite(
        "Lived with",
        "On a host that is brought to each level in turn, a user, an administrator, root and the "
        "automation account do "
        "what they do daily, at each level: log in, change a password, use sudo, install a "
        "package, run a cron job, "
        "rotate logs, look for updates, start a declared service and reach it, print, read a "
        "card, and more. It "
        "holds where all that works.",
        "make lives",
    ),
}


@dataclass(frozen=True)
class Trial:
    """One thing that was tried in one place, and what was wrong then; "" where it held."""

    what: str
    where: str
    wrong: str = ""


def write(suite: str, trials: Sequence[Trial]) -> None:
    """Write the page of a suite that was played whole."""
    PAGES.mkdir(exist_ok=True)
    (PAGES / f"{suite}.md").write_text(
        page(SUITES[suite], trials, datetime.now(UTC).date().isoformat())
    )


def page(suite: Suite, trials: Sequence[Trial], date: str) -> str:
    """Return a page in Markdown: how often each thing held in each place, and what did not hold."""
    places = sorted({trial.where for trial in trials})
    lines = [f"# {suite.title}", "", suite.about, ""]
    lines += [f"Written by `{suite.command}`, {date}; digest of the product: `{sources()}`.", ""]
    lines += [f"| what | {' | '.join(places)} |", "| --- " * (1 + len(places)) + "|"]
    for what in dict.fromkeys(trial.what for trial in trials):
        mine = [trial for trial in trials if trial.what == what]
        lines.append(f"| {what} | {' | '.join(_shares(mine, places))} |")
    lines += [f"| **all** | {' | '.join(_shares(trials, places))} |", ""]
    lines += [f"- {trial.what}, {trial.where}: {trial.wrong}" for trial in trials if trial.wrong]
    return "\n".join(lines).rstrip() + "\n"


def _shares(trials: Sequence[Trial], places: Iterable[str]) -> Iterator[str]:
    for place in places:
        mine = [trial for trial in trials if trial.where == place]
        yield f"{sum(not trial.wrong for trial in mine)} of {len(mine)} held" if mine else "–"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the suite whose page is written."""
    parser.addoption(
        "--trials", choices=sorted(SUITES), help="write the page of this suite when all was played"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listen to what becomes of each test."""
    if suite := config.getoption("--trials"):
        config.pluginmanager.register(_Listener(suite))


class _Listener:
    """Collects what the tests tried, and what became of it."""

    def __init__(self, suite: str) -> None:
        self._suite = suite
        self._trials: list[Trial] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a test that was called."""
        if report.when != "call":
            return
        wrong = "" if report.passed else str(report.longreprtext).strip().rsplit("\n", 1)[-1]
        tried = [value for name, value in report.user_properties if name == _PROPERTY]
        self._trials += [Trial(what, where, wrong) for what, where in tried]

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the page, where the session came to its end."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            write(self._suite, self._trials)


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """Return what a test calls to say what it tries, and where."""
    return lambda what, where: record_property(_PROPERTY, (what, where))
