"""Plans come from files; what is wrong in any of them is told before a host is touched."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tuile.policy.errors import PolicyMistakes, Refused, Usage
from tuile.policy.model import Level
from tuile.policy.plan.resolve import Fleet
from tuile.policy.target import Target
from tuile.workspace import inventory
from tuile.workspace.inventory import Inventory
from tuile.workspace.prepare import Request, Workspace, prepare

RULE = """\
  - id: {id}
    kind: sysctl
    params: {{key: {key}, value: "{value}"}}
    level: {level}
    severity: low
    range: {{value: {{one_of: ["0", "1"]}}}}
    title: {{fr: "a", en: "a"}}
    why: {{fr: "a", en: "a"}}
"""
GROUPS = {"lens": ("srv-1", "srv-2"), "lievin": ("srv-3",)}
FLEET = Inventory(
    {n: Target(n) for n in ("srv-1", "srv-2", "srv-3")}, Fleet(("srv-1", "srv-2", "srv-3"), GROUPS)
)
TEXT = "{fr: a, en: a}"
WHY = f"reason: {TEXT}, by: me"
ASSIGN = "assign: [{to: all, baseline: small, level: high}]\n"


def rule(
    name: str, key: str = "net.ipv4.ip_forward", value: str = "0", level: str = "minimal"
) -> str:
    """Return a rule as it stands in a baseline."""
    return RULE.format(id=name, key=key, value=value, level=level)


def baseline(name: str, *rules: str, version: str = "1.0.0", more: str = "") -> str:
    """Return the text of a baseline."""
    head = f"name: {name}\nversion: {version}\ntitle: {TEXT}\n{more}"
    return head + ("rules:\n" + "".join(rules) if rules else "rules: []\n")


class Repo:
    """A policy repository in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "inventories/group").mkdir(parents=True)
        (folder / "baselines").mkdir()

    def write(self, name: str, text: str) -> None:
        """Write a file of it."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def policy(self, text: str) -> None:
        """Write policy.yaml."""
        self.write("inventories/group/policy.yaml", text)

    def prepare(self, **flags: object) -> Workspace:
        """Prepare all hosts."""
        return prepare(Request(inventory=str(self.folder / "inventories/group"), **flags))  # type: ignore[arg-type]

    def mistakes(self) -> list[str]:
        """Return what is wrong, without the folder."""
        with pytest.raises(PolicyMistakes) as caught:
            self.prepare()
        return [
            str(m).replace(f"{self.folder}/", "").replace("inventories/group/", "")
            for m in caught.value.mistakes
        ]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Return a repository with one baseline of two rules, away from the user's own folders."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(
        inventory, "load", lambda *_: FLEET
    )  # ansible-inventory has tests of its own
    made = Repo(tmp_path / "policy")
    made.write(
        "baselines/small.yaml",
        baseline("small", rule("a"), rule("b", "net.ipv4.tcp_rfc1337", level="high")),
    )
    made.policy("assign: [{to: lens, baseline: small@1.0.0, level: minimal}]\n")
    return made


def ids(workspace: Workspace, host: str) -> list[str]:
    """Return the rules of a host's plan."""
    return [planned.rule.id for planned in workspace.plans[host].rules]


def test_a_host_has_the_rules_of_its_level(repo: Repo) -> None:
    """Rules above the assigned level are not in the plan; hosts without assignment are named."""
    workspace = repo.prepare()

    assert ids(workspace, "srv-1") == ["a"]
    assert workspace.plans["srv-1"].level is Level.minimal
    assert workspace.unassigned == ("srv-3",)
    assert workspace.plans["srv-1"].digest == workspace.plans["srv-2"].digest


def test_a_baseline_on_the_command_line_holds_for_all(repo: Repo) -> None:
    """`--baseline` and `--level` take the place of the assignments."""
    workspace = repo.prepare(baseline="small", level="high")

    assert ids(workspace, "srv-3") == ["a", "b"]


def test_a_limit_names_hosts_as_ansible_does(repo: Repo) -> None:
    """Groups, exclusions and unions are understood; a word that names nothing is refused."""
    assert set(repo.prepare(limit="lens:!srv-2").targets) == {"srv-1"}
    with pytest.raises(Usage, match='"lenz"'):
        repo.prepare(limit="lenz")
    with pytest.raises(Usage, match="names no host"):
        repo.prepare(limit="lens:&lievin")


def test_a_tailoring_changes_parameters_for_its_hosts_only(repo: Repo) -> None:
    """The value, and with it the digest of the plan, differ where it holds."""
    repo.policy(
        "assign: [{to: all, baseline: small, level: minimal}]\n"
        f"tailor: [{{to: srv-2, rule: a, params: {{value: '1'}}, reason: {TEXT}, by: me}}]\n"
    )
    plans = repo.prepare().plans

    assert plans["srv-2"].rules[0].rule.params["value"] == "1"
    assert plans["srv-1"].rules[0].rule.params["value"] == "0"
    assert plans["srv-1"].digest != plans["srv-2"].digest


def test_a_rule_can_be_switched_off(repo: Repo) -> None:
    """`off: true` takes it out of the plan."""
    repo.policy(
        "assign: [{to: all, baseline: small, level: high}]\n"
        f"tailor: [{{to: srv-2, rule: a, off: true, reason: {TEXT}, by: me}}]\n"
    )

    assert ids(repo.prepare(), "srv-2") == ["b"]
    assert ids(repo.prepare(), "srv-1") == ["a", "b"]


def test_a_waiver_is_tied_to_its_rule_and_hosts(repo: Repo) -> None:
    """Of several the one that lasts longest counts, and the plan's digest does not change with
    waivers.
    """
    before = repo.prepare().plans["srv-1"].digest
    item = f"rule: a, to: srv-1, reason: {TEXT}, owner: o, approver: p"
    repo.write(
        "inventories/group/waivers.yaml",
        f"- {{{item}, until: 2027-01-01}}\n- {{{item}, until: 2028-01-01}}\n",
    )
    plans = repo.prepare().plans

    waiver = plans["srv-1"].rules[0].waiver
    assert waiver is not None
    assert waiver.until == date(2028, 1, 1)
    assert plans["srv-2"].rules[0].waiver is None
    assert plans["srv-1"].digest == before


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (
            "assign: [{to: lenz, baseline: small, level: high}]\n",
            'policy.yaml:1: no host and no group is called "lenz". Did you mean "lens"?',
        ),
        (
            "assign: [{to: all, baseline: smal, level: high}]\n",
            'policy.yaml:1: unknown baseline "smal". Did you mean "small"?',
        ),
        (
            "assign: [{to: all, baseline: small@2.0.0, level: high}]\n",
            'policy.yaml:1: no version "2.0.0" of baseline "small". Here there is 1.0.0.',
        ),
        (
            f"{ASSIGN}tailor:\n- {{to: all, rule: aa, off: true, {WHY}}}\n",
            'policy.yaml:3: rule "aa": this tailoring names a rule that no baseline has.',
        ),
        (
            f"{ASSIGN}tailor:\n- {{to: all, rule: a, params: {{value: '7'}}, {WHY}}}\n",
            'policy.yaml:3: rule "a": "value" is "7". The baseline allows 0, 1.',
        ),
        (
            f"{ASSIGN}tailor:\n- {{to: all, rule: a, params: {{valeu: '1'}}, {WHY}}}\n",
            'policy.yaml:3: rule "a": unknown key "valeu". Did you mean "value"?',
        ),
        (
            f"{ASSIGN}seal: [a]\ntailor:\n- {{to: all, rule: a, params: {{value: '1'}}, {WHY}}}\n",
            (
                'policy.yaml:4: rule "a": a sealed rule cannot be tailored. It is sealed in'
                " policy.yaml:2: ask"
            ),
        ),
        (
            "assign: [{to: all, baseline: small, level: high}]\nseal: [zz]\n",
            'policy.yaml:2: rule "zz": this seal names a rule that no baseline has.',
        ),
    ],
)
def test_what_does_not_fit_together_is_a_mistake(repo: Repo, policy: str, expected: str) -> None:
    """Each is told with its place, the rule, what is wrong and what to do."""
    repo.policy(policy)

    assert any(mistake.startswith(expected) for mistake in repo.mistakes()), repo.mistakes()


def test_two_rules_that_want_different_values_on_one_host_are_a_mistake(repo: Repo) -> None:
    """Both rules and both values are named; rules for different releases do not meet."""
    other = rule("c", value="1")
    repo.write("baselines/other.yaml", baseline("other", other))
    repo.policy(
        "assign:\n- {to: all, baseline: small, level: high}\n- {to: srv-1, baseline: other, level:"
        " high}\n"
    )

    (mistake,) = repo.mistakes()
    assert mistake.startswith(
        'baselines/other.yaml:5: rule "c": wants 1 for net.ipv4.ip_forward on srv-1, but "a"'
        " wants 0."
    )
    apart = other.replace("severity: low", 'severity: low\n    applies: {version: ["13"]}')
    twelve = rule("a").replace("severity: low", 'severity: low\n    applies: {version: ["12"]}')
    repo.write("baselines/other.yaml", baseline("other", apart))
    repo.write("baselines/small.yaml", baseline("small", twelve))
    assert ids(repo.prepare(), "srv-1") == ["a", "c"]


def test_two_questions_of_a_person_do_not_meet(repo: Repo) -> None:
    """Answers that may be of different age are asked for on one host: each question is a thing of
    its own.
    """
    asked = [rule(name).replace("kind: sysctl", "kind: attestation") for name in ("x", "y")]
    asked = [
        re.sub(r"params: .*", f"params: {{days: {n}}}", text)
        for n, text in zip((30, 60), asked, strict=True)
    ]
    repo.write("baselines/asked.yaml", baseline("asked", *asked))
    repo.policy("assign: [{to: lens, baseline: asked, level: minimal}]\n")

    assert ids(repo.prepare(), "srv-1") == ["x", "y"]


def test_a_cycle_in_extends_is_a_mistake(repo: Repo) -> None:
    """The circle is shown."""
    repo.write("baselines/one.yaml", baseline("one", more="extends: [two]\n"))
    repo.write("baselines/two.yaml", baseline("two", more="extends: [one]\n"))

    assert any(
        "baselines extend each other in a circle: one → two → one" in mistake
        for mistake in repo.mistakes()
    )


def test_a_doubled_id_is_a_mistake(repo: Repo) -> None:
    """The second place is told, and where the first is."""
    repo.write(
        "baselines/small.yaml", baseline("small", rule("a"), rule("a", "net.ipv4.tcp_rfc1337"))
    )

    (mistake,) = repo.mistakes()
    assert mistake.startswith(
        'baselines/small.yaml:13: rule "a": duplicate id. It is first given in'
    )


def test_what_a_kind_has_against_parameters_has_its_place(repo: Repo) -> None:
    """A check in Params itself is a mistake like any other."""
    bad = """\
  - id: flagged
    kind: config_option
    params: {file: /etc/x.conf, key: k, value: maybe, format: flag}
    level: minimal
    severity: low
    title: {fr: "a", en: "a"}
    why: {fr: "a", en: "a"}
"""
    repo.write("baselines/small.yaml", baseline("small", bad))

    (mistake,) = repo.mistakes()
    assert mistake.startswith(
        'baselines/small.yaml:5: rule "flagged": the value of a flag is "yes" or "no"'
    )


def test_code_of_a_repository_is_not_run_unless_trusted(repo: Repo) -> None:
    """A kind of its own stops everything, with the command that changes it."""
    (repo.folder / "checks").mkdir()
    repo.write("checks/trap.py", "raise SystemExit")

    with pytest.raises(Refused, match="tuile trust"):
        repo.prepare()
