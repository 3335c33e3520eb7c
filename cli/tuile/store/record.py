"""Results to rows and back: the JSON that the store keeps for years."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuile.policy.condition import Condition, Equals
from tuile.policy.digest import canonical, digest, plain
from tuile.policy.history.host_state import InPlan, Rules
from tuile.policy.model import Difference, HostResult, Outcome, Plan, Verdict
from tuile.policy.shareable import masked, shareable
from tuile.policy.text import Text

_NO_VERDICT = Text(en="no verdict was given", fr="aucun verdict n'a été rendu")


@dataclass(frozen=True)
class Found:
    """A finding as its row has it, without the visits."""

    rule: str
    outcome: str
    subject: str
    detail: str


def found(result: HostResult) -> dict[str, Found]:
    """Return what was not a pass, by rule; a rule of the plan without verdict is an error, never a pass."""
    rows = {verdict.rule: _row(verdict) for verdict in result.verdicts if verdict.outcome is not Outcome.passed}
    judged = {verdict.rule for verdict in result.verdicts}
    for planned in result.plan.rules:
        if planned.rule.id not in judged:
            rows[planned.rule.id] = _row(Verdict(planned.rule.id, Outcome.error, "", reason=_NO_VERDICT))
    return rows


def result_digest(rows: Mapping[str, Found]) -> str:
    """Return the digest of the findings; with the digest of the plan it stands for the whole result."""
    return digest(sorted((row.rule, row.outcome, row.subject, row.detail) for row in rows.values()))


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


def evidence_json(result: HostResult) -> bytes:
    """Return what was seen on a host as canonical JSON: its facts, and for each rule the state or why there is none."""
    seen = {verdict.rule: shareable(plain(_seen(verdict))) for verdict in result.verdicts}
    return canonical({"facts": result.facts, "observations": seen})


def read_evidence(body: bytes) -> Mapping[str, Any]:
    """Return what `evidence_json` was made of, as plain data."""
    data: Mapping[str, Any] = json.loads(zlib.decompress(body))
    return data


def text_json(text: Text | None) -> str | None:
    """Return a text as JSON."""
    return None if text is None else canonical(text).decode()


def read_text(stored: str | None) -> Text | None:
    """Return a text from its JSON."""
    return Text.read(json.loads(stored)) if stored is not None else None


def read_detail(detail: str) -> tuple[tuple[Difference, ...], Text | None]:
    """Return the differences and the reason of a finding."""
    data = json.loads(detail)
    differences = tuple(
        Difference(Text.read(item["label"]), _tupled(item["observed"]), _condition(item["wanted"]))
        for item in data["differences"]
    )
    return differences, Text.read(data["reason"]) if data["reason"] else None


def _row(verdict: Verdict) -> Found:
    found = [{**plain(item), "observed": shareable(plain(item.observed))} for item in verdict.differences]
    detail = canonical({"differences": found, "reason": shareable(plain(verdict.reason))}).decode()
    subject = masked(verdict.subject).encode("utf-8", "backslashreplace").decode()
    return Found(verdict.rule, verdict.outcome.value, subject, detail)


def _seen(verdict: Verdict) -> dict[str, Any]:
    if verdict.observed is not None:
        return {"state": verdict.observed}
    return {"outcome": verdict.outcome, "reason": plain(verdict.reason)}


def _condition(data: Mapping[str, Any]) -> Condition:
    """Return the condition; one that Tuile no longer knows is shown as it was stored."""
    for known in Condition.__subclasses__():
        if known.op == data["op"]:
            return known(**{name: _tupled(value) for name, value in data.items() if name != "op"})
    return Equals(json.dumps(data, ensure_ascii=False))


def _tupled(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    return tuple(value) if isinstance(value, list) else value
