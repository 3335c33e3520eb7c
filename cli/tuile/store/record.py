"""Results to the JSON that the store keeps for years, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from tuile.policy.condition import Condition, Equals
from tuile.policy.digest import canonical, dumped, plain
from tuile.policy.history.host_state import InPlan, Rules
from tuile.policy.model import Difference, Facts, HostResult, Outcome, Plan, Verdict
from tuile.policy.shareable import masked, shareable
from tuile.policy.text import Text

_NO_VERDICT = Text(en="no verdict was given", fr="aucun verdict n'a été rendu")
_SHORT = 200
"""Bytes up to which compressing does not pay."""


@dataclass(frozen=True)
class Statement:
    """What one rule came to, in the words that are kept: the same on all hosts where they are the
    same.
    """

    rule: str
    outcome: str
    subject: str
    detail: str

    @property
    def json(self) -> bytes:
        """Return what its digest is of."""
        return dumped((self.rule, self.outcome, self.subject, self.detail))


def without_verdict(result: HostResult) -> list[Verdict]:
    """Return an error for each rule of the plan that has no verdict: silence is never a pass."""
    judged = {verdict.rule for verdict in result.verdicts}
    return [
        Verdict(planned.rule.id, Outcome.error, "", reason=_NO_VERDICT)
        for planned in result.plan.rules
        if planned.rule.id not in judged
    ]


def statement(verdict: Verdict) -> Statement:
    """Return what is kept of a verdict that is not a pass."""
    differences = [
        {
            "label": plain(item.label),
            "observed": shareable(item.observed),
            "wanted": plain(item.wanted),
        }
        for item in verdict.differences
    ]
    reason = shareable(plain(verdict.reason))
    detail = dumped({"differences": differences, "reason": reason}).decode()
    subject = masked(verdict.subject).encode("utf-8", "backslashreplace").decode()
    return Statement(verdict.rule, verdict.outcome.value, subject, detail)


def seen_json(verdict: Verdict) -> bytes:
    """Return what was seen for a rule as canonical JSON: the state, or why there is none."""
    if verdict.observed is not None:
        return dumped({"rule": verdict.rule, "state": shareable(verdict.observed)})
    reason = shareable(plain(verdict.reason))
    return dumped({"rule": verdict.rule, "outcome": verdict.outcome.value, "reason": reason})


def facts_json(facts: Facts | None) -> bytes:
    """Return what a host is as canonical JSON, without its packages: most hosts share them with
    others.
    """
    return canonical({"facts": None if facts is None else replace(facts, packages=frozenset())})


def packages_json(facts: Facts) -> bytes:
    """Return the packages of a host as canonical JSON."""
    return dumped({"packages": sorted(facts.packages)})


def read_evidence(bodies: Iterable[bytes]) -> Mapping[str, Any]:
    """Return what contents were made of as plain data: "facts", and "observations" by rule."""
    observations: dict[str, Any] = {}
    data: dict[str, Any] = {"facts": None, "observations": observations}
    packages: list[str] | None = None
    for content in map(read_body, bodies):
        if "rule" in content:
            observations[content.pop("rule")] = content
        elif "packages" in content:
            packages = content["packages"]
        else:
            data["facts"] = content["facts"]
    if packages is not None:
        data["facts"]["packages"] = packages
    return data


def body(text: bytes) -> bytes:
    """Return JSON as it is kept: compressed where that is shorter."""
    if len(text) <= _SHORT:
        return text
    return min(zlib.compress(text), text, key=len)


def read_body(kept: bytes) -> Any:  # noqa: ANN401 -- plain JSON data
    """Return the data of JSON as it is kept; no JSON of ours begins as zlib does."""
    return json.loads(kept if kept.startswith(b"{") else zlib.decompress(kept))


def digest(text: bytes) -> bytes:
    """Return the digest of JSON, as it stands in the tables."""
    return sha256(text).digest()


def digest_of(digests: Iterable[bytes]) -> bytes:
    """Return the digest of a set that is told by the digests of its members."""
    return sha256(b"".join(sorted(digests))).digest()


def plan_json(plan: Plan) -> str:
    """Return the rules of a plan as canonical JSON."""
    rules = [
        {"rule": p.rule.id, "kind": p.rule.kind, "params": p.rule.params, "baseline": p.baseline}
        | ({"human": True} if p.human else {})
        for p in plan.rules
    ]
    return canonical(sorted(rules, key=lambda rule: str(rule["rule"]))).decode()


def read_plan(text: str) -> Rules:
    """Return the rules of a plan from its JSON."""
    return {data["rule"]: InPlan(**data) for data in json.loads(text)}


def text_json(text: Text | None) -> str | None:
    """Return a text as JSON."""
    return None if text is None else canonical(text).decode()


def read_text(stored: str | None) -> Text | None:
    """Return a text from its JSON."""
    return Text.read(json.loads(stored)) if stored is not None else None


def read_words(kept: bytes) -> Text:
    """Return a text from its JSON as it is kept among contents."""
    return Text.read(read_body(kept))


def read_detail(detail: str) -> tuple[tuple[Difference, ...], Text | None]:
    """Return the differences and the reason of a statement."""
    data = json.loads(detail)
    differences = tuple(
        Difference(Text.read(item["label"]), _tupled(item["observed"]), _condition(item["wanted"]))
        for item in data["differences"]
    )
    return differences, Text.read(data["reason"]) if data["reason"] else None


def _condition(data: Mapping[str, Any]) -> Condition:
    """Return the condition; one that Tuile no longer knows is shown as it was stored."""
    for known in Condition.__subclasses__():
        if known.op == data["op"]:
            return known(**{name: _tupled(value) for name, value in data.items() if name != "op"})
    return Equals(json.dumps(data, ensure_ascii=False))


def _tupled(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    return tuple(value) if isinstance(value, list) else value
