"""What is to be done is computed from what was seen: every file whole, every fix that cannot be
made told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.made import KIND, Params, rule
from tuile.platforms.linux.resources import account, file, package, unit
from tuile.policy.change.remediation import Fix, failing, preview, remediation
from tuile.policy.errors import Impossible, Unseen
from tuile.policy.kind import Login, Resources
from tuile.policy.model import HostResult, Outcome, Plan, PlannedRule, Severity, Verdict
from tuile.policy.text import Text

FILE = "/etc/dial.conf"
PACKAGE = replace(
    KIND, slug="package", edit=None, touches=lambda params: (package.PACKAGE(params.key),)
)
SERVICE = replace(
    KIND, slug="a-service", edit=None, touches=lambda params: (unit.UNIT(params.key),)
)
MODE = replace(
    KIND, slug="file", edit=None, touches=lambda params: (file.ATTRIBUTES(f"/etc/{params.key}"),)
)
OTHER = replace(KIND, slug="other")


# A kind
def fix(name: str, kind: Any = KIND, severity: Severity = Severity.medium) -> Fix:  # noqa: ANN401
    """Return a failing rule about the dial of that name."""
    planned = PlannedRule(rule(name, severity=severity), "linux 1.0.0")
    return Fix(planned, kind, Params(name), Verdict(name, Outcome.failed, name))


def test_only_failing_rules_are_put_right() -> None:
    """A waived rule, an error and a pass are left alone."""
    planned = tuple(PlannedRule(rule(outcome.value), "linux 1.0.0") for outcome in Outcome)
    verdicts = tuple(Verdict(outcome.value, outcome, "x") for outcome in Outcome)
    result = HostResult("srv", Plan("srv", planned, (), ""), verdicts=verdicts)
    found = failing(result, {"dial": KIND}, lambda item: Params(**item.rule.params))
    assert [item.planned.rule.id for item in found] == ["fail"]
    assert found[0].params == Params("fail")


def test_all_fixes_of_a_file_are_in_it() -> None:
    """One file is edited by all its fixes in turn, and names them."""
    todo = remediation("srv", [fix("a"), fix("b")], {FILE: "x=0\n"})
    (file,) = todo.kinds[0].files
    assert (file.before, file.after, file.rules) == ("x=0\n", "x=0\na=1\nb=1\n", ("a", "b"))


def test_two_kinds_may_share_a_file() -> None:
    """The second starts from what the first leaves."""
    first, second = remediation("srv", [fix("a"), fix("b", OTHER)], {FILE: None}).kinds
    assert first.files[0].before is None
    assert second.files[0].before == first.files[0].after
    assert second.files[0].after.endswith("a=1\nb=1\n")


def test_a_new_file_says_whose_it_is() -> None:
    """The header names the baseline and its version."""
    assert (
        remediation("srv", [fix("a")], {FILE: None}).kinds[0].files[0].after
        == "Written by Tuile for linux 1.0.0.\na=1\n"
    )


def test_a_file_that_stays_as_it_is_is_not_shown() -> None:
    """The rule is still put right: what runs may differ from what is in the file."""
    same = replace(KIND, edit=lambda draft, _params: draft.text or "")
    todo = remediation("srv", [fix("a", same)], {FILE: "a=1\n"})
    assert todo.kinds[0].files == ()
    assert len(todo.kinds[0].fixes) == 1


def test_a_file_that_was_not_read_is_never_written() -> None:
    """The rule is blocked with the reason, and its kind has nothing to do."""
    for files, words in (({FILE: Unseen("cut off")}, "cut off"), ({}, f"{FILE} was not read")):
        todo = remediation("srv", [fix("a")], files)
        assert todo.kinds == ()
        assert [(item.rule, item.why.en) for item in todo.blocked] == [("a", words)]


def test_what_makes_a_file_anew_runs_between_its_edits_and_its_mode() -> None:
    """Else the edit would start from a file that is no longer there, and the mode would be that of
    the program.
    """
    menu = replace(
        OTHER,
        slug="a-menu",
        touches=lambda _params: (file.FILE("/etc/menu"), file.GENERATED(FILE)),
    )
    mode = replace(MODE, slug="a-mode", touches=lambda _params: (file.ATTRIBUTES(FILE),))
    todo = remediation(
        "srv", [fix("m", menu), fix("o", mode), fix("x")], {FILE: None, "/etc/menu": None}
    )
    assert [kind.kind.slug for kind in todo.kinds] == ["dial", "a-menu", "a-mode"]


def test_folders_come_before_what_is_put_in_them() -> None:
    """A folder in which others may write is tightened first; the mode of a file is set after its
    edit.
    """
    folder = replace(
        MODE, touches=lambda params: (file.ATTRIBUTES("/etc" if params.key == "b" else FILE),)
    )
    todo = remediation("srv", [fix("a"), fix("b", folder), fix("c", folder)], {FILE: None})
    assert [[item.planned.rule.id for item in kind.fixes] for kind in todo.kinds] == [
        ["b"],
        ["a"],
        ["c"],
    ]


def test_packages_come_first_and_units_last() -> None:
    """Packages bring files and units, units read files; the name of a kind does not matter."""
    fixes = [fix("ssh", SERVICE), fix("x"), fix("cups", PACKAGE)]
    assert [kind.kind.slug for kind in remediation("srv", fixes, {FILE: None}).kinds] == [
        "package",
        "dial",
        "a-service",
    ]


def test_preview_names_each_step() -> None:
    """The most severe rule is first; steps say what is done besides writing files, in both
    languages.
    """
    fixes = [fix("x"), fix("cups", PACKAGE), fix("motd", MODE, Severity.high)]
    shown = preview(remediation("srv", fixes, {FILE: None}))
    assert [item.rule for item in shown.rules] == ["motd", "cups", "x"]
    assert [[step.text.en for step in item.steps] for item in shown.rules] == [
        ["mode and owner of /etc/motd"],
        ["install or remove cups"],
        ["set x in the kernel"],
    ]
    assert shown.rules[2].steps[0].text.fr == "régler x dans le noyau"
    assert [file.path for file in shown.files] == [FILE]


@given(st.lists(st.sampled_from("abcd"), unique=True), st.text("xyz=\n", max_size=10))
def test_nothing_to_put_right_changes_nothing(names: list[str], text: str) -> None:
    """Without a fix there is no work, and with fixes the text that was there is kept as it was."""
    todo = remediation("srv", map(fix, names), {FILE: text})
    assert bool(todo.kinds) is bool(names)
    assert all(
        file.after.startswith(text) or not text for kind in todo.kinds for file in kind.files
    )


def test_what_no_program_puts_right_is_left_with_what_to_do() -> None:
    """A kind that is checked only is blocked, in its own words of what a person has to do."""
    todo = remediation("srv", [fix("x", replace(KIND, check_only=True)), fix("y")], {FILE: None})
    assert [(item.rule, item.why) for item in todo.blocked] == [("x", KIND.put_right)]
    assert [item.planned.rule.id for kind in todo.kinds for item in kind.fixes] == ["y"]


def test_what_was_observed_may_leave_nothing_to_a_program() -> None:
    """A fix whose extent cannot be told from what was observed is left, with the reason."""

    def nobody(_params: Params, _seen: object) -> Resources:
        raise Unseen("only a person can tell")

    todo = remediation("srv", [fix("a", replace(PACKAGE, also_touches=nobody))], {})
    assert todo.kinds == ()
    assert [(left.rule, left.why.en) for left in todo.blocked] == [("a", "only a person can tell")]


def test_files_that_a_program_regenerates_are_said_and_never_edited() -> None:
    """They are named as a step of the preview; `edit` is asked for the files only."""
    touches = (file.FILE(FILE), file.GENERATED("/boot/dial.cfg"), account.ACCOUNT("turner"))
    todo = remediation(
        "srv", [fix("x", replace(KIND, touches=lambda _params: touches))], {FILE: None}
    )
    assert [file.path for kind in todo.kinds for file in kind.files] == [FILE]
    (shown,) = preview(todo).rules
    assert [step.text.en for step in shown.steps] == [
        "change the account turner",
        "generate /boot/dial.cfg anew",
    ]


def test_what_was_seen_may_be_touched_besides() -> None:
    """Where what is touched depends on what was observed, it is named with the rest, each thing
    once.
    """
    seen = replace(
        MODE,
        also_touches=lambda params, seen: (
            file.ATTRIBUTES(f"/etc/{params.key}"),
            *account.ACCOUNT.each(seen["who"]),
        ),
    )
    found = fix("a", seen)
    found = replace(found, verdict=replace(found.verdict, observed={"who": ("games",)}))
    assert found.touches == (file.ATTRIBUTES("/etc/a"), account.ACCOUNT("games"))


def test_what_comes_along_is_said_and_is_part_of_it() -> None:
    """What the host foresaw is a step, and touched like the rest; where it could not say, that is a
    step instead.
    """
    told = replace(fix("cups", PACKAGE), along=package.PACKAGE.each(("cups", "libcups2")))
    assert _steps_of(told) == ["install or remove cups", "install or remove libcups2"]
    assert [one.name for one in told.touches] == ["cups", "libcups2"]
    untold = replace(fix("cups", PACKAGE), along=Unseen("no {}"))
    assert _steps_of(untold) == [
        "install or remove cups",
        "what cups brings along is not known before: no {}",
    ]


def test_what_is_known_to_fail_is_left_with_what_to_do() -> None:
    """It is not counted among what can be put right, and the rest of its kind is put right without
    it.
    """
    gone = replace(fix("gone", PACKAGE), along=Impossible("name a source", "déclarer une source"))
    todo = remediation("srv", [gone, fix("cups", PACKAGE)], {})
    assert [(one.rule, one.why) for one in todo.blocked] == [
        ("gone", Text("name a source", "déclarer une source"))
    ]
    assert [rule.rule for rule in preview(todo).rules] == ["cups"]


def _steps_of(one: Fix) -> list[str]:
    (shown,) = preview(remediation("srv", [one], {})).rules
    return [step.text.en for step in shown.steps]


def test_sessions_that_may_be_cut_are_told() -> None:
    """A unit that desktops or connections hang on is named as such; sshd, whose sessions stay, is
    not.
    """
    fixes = [
        fix("gdm3.service", SERVICE),
        fix("ssh.service", SERVICE),
        fix("NetworkManager", SERVICE),
    ]
    shown = preview(remediation("srv", fixes, {}))
    steps = [step for rule in shown.rules for step in rule.steps]
    assert [step.thing for step in steps if "sessions" in step.text.en] == [
        "NetworkManager",
        "gdm3.service",
    ]


def test_what_would_shut_out_who_logs_in_is_left() -> None:
    """It is told beforehand with what to do, and everybody else is put right."""
    closing = replace(
        KIND,
        shuts_out=lambda _params, login, _seen: Text("no", "non") if login.user == "root" else None,
    )
    by_root, by_ops = (replace(fix("a", closing), login=Login(user)) for user in ("root", "ops"))

    assert [str(one.why) for one in remediation("srv", [by_root], {FILE: ""}).blocked] == [
        str(Text("no", "non"))
    ]
    assert remediation("srv", [by_root], {FILE: ""}).kinds == ()
    assert remediation("srv", [by_ops], {FILE: ""}).blocked == ()
