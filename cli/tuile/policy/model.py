"""The values that the program passes around. The words are those of docs/reference/words.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from tuile.policy.attestation import Attestation
from tuile.policy.condition import Condition, Value
from tuile.policy.errors import Place
from tuile.policy.limit import Limit, Range
from tuile.policy.text import Text
from tuile.policy.traits import HostEntry, SessionModel, Traits, Zone

NOWHERE = Place("")


class Level(IntEnum):
    """How far a baseline goes; each level includes the ones below (ANSSI-BP-028 v2.0, section 1.2)."""

    minimal = 1
    intermediary = 2
    enhanced = 3
    high = 4


class Severity(IntEnum):
    """How much a failure matters."""

    low = 1
    medium = 2
    high = 3


class Risk(StrEnum):
    """What putting a rule right may disturb."""

    none = "none"
    service = "service"
    access = "access"
    reboot = "reboot"


class Outcome(StrEnum):
    """What a rule came to on a host."""

    passed = "pass"
    failed = "fail"
    error = "error"
    not_applicable = "not_applicable"
    waived = "waived"
    pending = "pending"
    """Put right, but for a reboot: right after the next one, not now."""


@dataclass(frozen=True)
class Applies:
    """Where a rule has an object; None and () do not restrict."""

    os: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    package: str | None = None
    container: bool | None = None
    virtual: bool | None = None
    """In a virtual machine, or not in one."""
    session_model: tuple[SessionModel, ...] = ()
    zone: tuple[Zone, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One statement about a machine, as a baseline gives it."""

    id: str
    kind: str
    params: Mapping[str, Any]
    level: Level
    severity: Severity
    title: Text
    why: Text
    risk: Risk = Risk.none
    applies: Applies = Applies()
    range: Mapping[str, Range] = field(default_factory=dict)
    care: Text | None = None
    """What it may disturb in care, and what to look at first."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Adjust:
    """What an extending baseline changes of a rule that it takes over; None leaves it as it is."""

    rule: str
    params: Mapping[str, Any] = field(default_factory=dict)
    level: Level | None = None
    severity: Severity | None = None
    range: Mapping[str, Range] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Reference:
    """A baseline as named in a file, `linux-server@1.2.0` or `linux-server`, and where."""

    name: str
    version: str | None
    place: Place = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name


@dataclass(frozen=True)
class Baseline:
    """A named, versioned set of rules."""

    name: str
    version: str
    title: Text
    rules: tuple[Rule, ...]
    extends: tuple[Reference, ...] = ()
    adjust: tuple[Adjust, ...] = ()
    without: Mapping[str, Place] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def label(self) -> str:
        """Return the name and version as people write them: "linux-server 1.2.0"."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Assignment:
    """Which hosts get which baseline at which level."""

    to: str
    baseline: Reference
    level: Level
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Tailoring:
    """What a site, group or host changes of a baseline, with its reason."""

    to: str
    rule: str
    reason: Text
    by: str
    params: Mapping[str, Any] = field(default_factory=dict)
    off: bool = False
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Waiver:
    """An accepted failure; it counts until the end of the day `until`.

    Its approver is not its owner.
    """

    to: str
    rule: str
    reason: Text
    owner: str
    approver: str
    until: date
    compensation: str = ""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Policy:
    """What a policy repository says about an inventory."""

    baselines: tuple[Baseline, ...]
    assign: tuple[Assignment, ...] = ()
    tailor: tuple[Tailoring, ...] = ()
    seal: Mapping[str, Place] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    hosts: tuple[HostEntry, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class PlannedRule:
    """A rule as one host must meet it: tailored, with the waiver that covers it if there is one."""

    rule: Rule
    baseline: str
    tailoring: Tailoring | None = None
    waiver: Waiver | None = None
    human: bool = False
    """A person answers for it; nothing is looked at on the host."""
    attestations: tuple[Attestation, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The rules that one host must meet; but for the date, verdicts hang on what is digested."""

    host: str
    rules: tuple[PlannedRule, ...]
    baselines: tuple[str, ...]
    digest: str
    level: Level = Level.high
    """The highest level that is assigned to the host."""
    traits: Traits = field(default_factory=Traits)


@dataclass(frozen=True)
class Facts:
    """What a host is, as it says itself at the start of a check."""

    hostname: str
    os: str
    version: str
    container: bool
    packages: frozenset[str]
    root: bool
    machine_id: str = ""
    kernel: str = ""
    virtual: bool = False
    reboot: tuple[str, ...] | None = None
    """The packages that ask for a reboot; None: none does, or the host has no way to say so."""


@dataclass(frozen=True)
class Observation:
    """What a check saw for one rule: a state as data, or why there is none."""

    rule: str
    state: Mapping[str, Value] | None = None
    unseen: Text | None = None
    not_applicable: Text | None = None


@dataclass(frozen=True)
class Difference:
    """One field of a state that does not satisfy its condition."""

    label: Text
    observed: Value
    wanted: Condition


@dataclass(frozen=True)
class Verdict:
    """What one rule came to on one host; a pass, and a fail that was seen, have no `reason`."""

    rule: str
    outcome: Outcome
    subject: str
    differences: tuple[Difference, ...] = ()
    reason: Text | None = None
    observed: Mapping[str, Value] | None = None


@dataclass(frozen=True)
class HostResult:
    """One host in a run: a verdict for each rule of its plan, or why it was not reached."""

    host: str
    plan: Plan
    facts: Facts | None = None
    verdicts: tuple[Verdict, ...] = ()
    not_reached: Text | None = None
    rounds: int = 0
    seconds: float = 0.0
    host_keys: str = ""
    """How the inventory relaxes the judgement of its key (StrictHostKeyChecking: no, accept-new);
    "": not at all.
    """
    basis: str = ""
    """A digest, 64 characters at most, of all that facts and verdicts follow from beside what the
    digest of the plan stands for: what the host answered, the code that judged it, the waivers and
    attestations that count on the day. Two results of one host with equal plan and basis are equal.
    "": not known."""

    @property
    def reached(self) -> bool:
        """Return whether the host answered to the end."""
        return self.not_reached is None

    def count(self, outcome: Outcome) -> int:
        """Return how many verdicts have this outcome."""
        return sum(verdict.outcome is outcome for verdict in self.verdicts)

    @property
    def attested(self) -> int:
        """Return how many rules pass by a person's word."""
        human = {planned.rule.id for planned in self.plan.rules if planned.human}
        return sum(
            verdict.outcome is Outcome.passed and verdict.rule in human for verdict in self.verdicts
        )
