"""The JSON Schemas of the files that a hospital writes; published under docs/schemas/ for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
VERSION = r"^\d+\.\d+\.\d+$"
NAME = r"^[a-z][a-z0-9-]*$"
REFERENCE = r"^[a-z][a-z0-9-]*(@\d+\.\d+\.\d+)?$"
LEVELS = ["minimal", "intermediary", "enhanced", "high"]
SEVERITIES = ["low", "medium", "high"]
RISKS = ["none", "service", "access", "reboot"]
SESSION_MODELS = ["personal", "shared_kiosk", "display"]
ZONES = ["office", "ward", "theatre", "intensive_care"]
SAFETIES = ["never", "window", "any"]
DAYS = "mon|tue|wed|thu|fri|sat|sun"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def baseline(kinds: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schema of a baseline; `kinds` gives the schema of the parameters of each kind."""
    return _root(
        "A baseline of Tuile",
        {
            "name": _string("The name, as assignments give it", ID),
            "version": _string("Three numbers: 1.2.0", VERSION),
            "title": _text("What the baseline is for"),
            "inventories": {
                "const": "signed",
                "description": "An apply takes inventories only as they were signed",
            },
            "extends": _list(_string("A baseline: linux-common or linux-common@1.0.0", REFERENCE)),
            "adjust": _list(_adjust()),
            "without": _list(
                _object(
                    {"rule": _string("Rule id", ID), "reason": _text("Why")}, ["rule", "reason"]
                )
            ),
            "rules": _list(_rule(kinds)),
        },
        ["name", "version", "title"],
    )


def policy() -> dict[str, Any]:
    """Return the schema of policy.yaml."""
    assign = {
        "to": _string(
            "Host pattern, as Ansible writes them: a group, a host, *_servers, lens:&servers"
        ),
        "baseline": _string("linux-server@1.2.0, or linux-server for the newest", REFERENCE),
        "level": _choice(LEVELS, "How far"),
    }
    tailor = {
        "to": _string("Host pattern"),
        "rule": _string("Rule id", ID),
        "params": {
            "type": "object",
            "description": "Parameters that replace the baseline's",
            "minProperties": 1,
        },
        "off": {"const": True, "description": "Switch the rule off"},
        "reason": _text("Why"),
        "by": _string("Who decided"),
    }
    item = _object(tailor, ["to", "rule", "reason", "by"])
    item["oneOf"] = [{"required": ["params"]}, {"required": ["off"]}]
    return _root(
        "What holds where: policy.yaml",
        {
            "assign": _list(_object(assign, ["to", "baseline", "level"])),
            "tailor": _list(item),
            "seal": _list(_string("A rule that no site may tailor", ID)),
            "limits": _list(_limit()),
            "hosts": _list(_host()),
        },
        [],
    )


def waivers() -> dict[str, Any]:
    """Return the schema of waivers.yaml: a list."""
    waiver = {
        "rule": _string("Rule id", ID),
        "to": _string("Host pattern"),
        "reason": _text("Why the failure is accepted"),
        "owner": _string("Who answers for it"),
        "approver": _string("Who accepted it; not the owner"),
        "compensation": _string("What is done instead"),
        "until": {
            "type": "string",
            "format": "date",
            "description": "Last day on which it counts: 2027-02-28",
        },
    }
    item = _object(waiver, ["rule", "to", "reason", "owner", "approver", "until"])
    return {"$schema": _DIALECT, "title": "Accepted failures: waivers.yaml", **_list(item)}


def attestations() -> dict[str, Any]:
    """Return the schema of attestations.yaml: a list."""
    answer = {
        "rule": _string("Rule id", ID),
        "to": _string("Host pattern"),
        "answer": {
            "type": "boolean",
            "description": "yes: what the title of the rule says holds; no: it does not",
        },
        "by": _string("Who answers"),
        "on": {"type": "string", "format": "date", "description": "On which day: 2026-09-14"},
        "evidence": _string(
            "What it rests on: a record, a photograph, a contract, and where it is kept"
        ),
        "until": {
            "type": "string",
            "format": "date",
            "description": "Last day on which it counts: 2027-09-01",
        },
    }
    return {
        "$schema": _DIALECT,
        "title": "People's answers: attestations.yaml",
        **_list(_object(answer, list(answer))),
    }


def mapping() -> dict[str, Any]:
    """Return the schema of a mapping: the controls of one framework, and the rules that meet them."""
    control = {
        "title": _text("What the control asks for, in own words"),
        "level": _choice(LEVELS, "Level, where the framework has the four of ANSSI-BP-028"),
        "rules": _list(_string("Rule id", ID)),
        "reason": _text("Why no rule meets it, or what its rules leave open"),
        "not_applicable": _list(_string("A baseline whose machines it does not concern", NAME)),
    }
    item = _object(control, ["rules"])
    item["dependentRequired"] = {"not_applicable": ["reason"]}
    return _root(
        "The controls of a framework and the rules that meet them",
        {
            "framework": _string("ANSSI-BP-028"),
            "version": _string("2.0"),
            "title": _text("What the framework is"),
            "controls": {"type": "object", "additionalProperties": item},
        },
        ["framework", "version", "title", "controls"],
    )


def _rule(kinds: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rule = _object(
        {
            "id": _string(
                "What should hold, in small letters and hyphens: ssh-root-login-disabled", ID
            ),
            "kind": {
                "enum": sorted(kinds),
                "description": "The type of the rule: a module in checks/",
            },
            "params": {"type": "object", "description": "The parameters that the kind takes"},
            "level": _choice(LEVELS, "The ANSSI-BP-028 level from which the rule counts"),
            "severity": _choice(SEVERITIES, "How much a failure matters"),
            "risk": _choice(RISKS, "What putting it right may disturb"),
            "applies": _applies(),
            "range": _ranges("What a tailoring may choose, by parameter"),
            "title": _text("What holds, in one line"),
            "why": _text("Why it matters, in one or two sentences"),
            "care": _text("What putting it right may disturb in care, and what to look at first"),
        },
        ["id", "kind", "params", "level", "severity", "title", "why"],
    )
    rule["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": slug}}},
            "then": {"properties": {"params": schema}},
        }
        for slug, schema in sorted(kinds.items())
    ]
    return rule


def _root(title: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"$schema": _DIALECT, "title": title, **_object(properties, required)}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _string(description: str, pattern: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "description": description}
    return schema | ({"pattern": pattern} if pattern else {})


def _choice(values: list[str], description: str) -> dict[str, Any]:
    return {"enum": values, "description": description}


def _text(description: str) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    return {**_object({"fr": text, "en": text}, ["fr", "en"]), "description": description}


def _applies() -> dict[str, Any]:
    return _object(
        {
            "os": _list(_string("ID of os-release(5): debian")),
            "version": _list(_string("VERSION_ID of os-release(5), quoted: '12'")),
            "package": _string("A package that must be installed for the rule to have an object"),
            "container": {
                "type": "boolean",
                "description": "false: not in a container; true: only there",
            },
            "virtual": {
                "type": "boolean",
                "description": "false: not in a virtual machine; true: only there",
            },
            "session_model": _list(
                _choice(SESSION_MODELS, "Who works at the machine, as policy.yaml says")
            ),
            "zone": _list(_choice(ZONES, "Where the machine stands, as policy.yaml says")),
        },
        [],
    )


def _host() -> dict[str, Any]:
    """Return what an entry under `hosts` may say: of two entries for a host the last that names a
    trait counts.
    """
    window = {
        "days": _string("The days on which it opens: tue thu", rf"^({DAYS})( ({DAYS}))*$"),
        "from": _string("When it opens, quoted: '02:00'", CLOCK),
        "to": _string("When it closes; before `from`: on the next day", CLOCK),
        "zone": _string("Time zone: Europe/Paris"),
    }
    day = {"type": "string", "format": "date", "description": "2026-12-24"}
    item = _object(
        {
            "to": _string("Host pattern"),
            "session_model": _choice(
                SESSION_MODELS, "Who works at the machine; personal unless said"
            ),
            "zone": _choice(ZONES, "Where the machine stands; office unless said"),
            "safety": _choice(SAFETIES, "When the machine may be changed; any time unless said"),
            "windows": {**_list(_object(window, list(window))), "minItems": 1},
            "blackout": {**_list(day), "description": "Days on which nothing is changed"},
            "ring": _string("The ring of a rollout: canary", ID),
        },
        ["to"],
    )
    return {**item, "minProperties": 2}


def _limit() -> dict[str, Any]:
    limit = {
        "to": _string("Host pattern"),
        "rule": _string("Rule id", ID),
        "params": {**_ranges("What sites may choose, by parameter"), "minProperties": 1},
        "reason": _text("Why"),
        "by": _string("Who decided, and is to be asked"),
    }
    return _object(limit, list(limit))


def _ranges(description: str) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": _range()}


def _range() -> dict[str, Any]:
    number = {"type": "integer"}
    return _object({"min": number, "max": number, "one_of": {"type": "array", "minItems": 1}}, [])


def _adjust() -> dict[str, Any]:
    return _object(
        {
            "rule": _string("Rule id", ID),
            "params": {"type": "object"},
            "level": _choice(LEVELS, "Level"),
            "severity": _choice(SEVERITIES, "Severity"),
            "range": _ranges("What a tailoring may choose, by parameter"),
            "reason": _text("Why"),
        },
        ["rule", "reason"],
    )
