"""Small policies for fast runs: a baseline of a few rules, and inventories of lab hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab.reach import Reachable

KEY = "net.ipv4.conf.all.log_martians"
CONF = "/etc/lab.conf"
MARTIANS, NOTE, ISSUE, SETTING = (
    "martians-logged",
    "note-is-tight",
    "issue-is-tight",
    "retries-are-few",
)
Rule = dict[str, Any]


# Any parameters
def rule(name: str, kind: str, level: str = "minimal", **params: Any) -> Rule:  # noqa: ANN401
    """Return a rule as a baseline file has it."""
    return {
        "id": name,
        "kind": kind,
        "params": params,
        "level": level,
        "severity": "medium",
        "title": {"en": f"Title of {name}", "fr": f"Titre de {name}"},
        "why": {"en": "It must be so.", "fr": "Il le faut."},
    }


RULES = (
    rule(MARTIANS, "sysctl", key=KEY, value="1"),
    rule(NOTE, "file", path="/etc/note", exists=None, mode="0600"),
    rule(ISSUE, "file", path="/etc/issue", mode="0644", owner="root"),
    rule(SETTING, "config_option", file=CONF, key="retries", value="3"),
)
"""On a fresh host the first fails, the second is not applicable, the third passes, the fourth
fails.
"""


def write_policy(folder: Path, *rules: Rule, version: str = "0.1.0") -> Path:
    """Write a policy repository with one baseline, `small`, and return its folder."""
    (folder / "baselines").mkdir(parents=True, exist_ok=True)
    baseline = {"name": "small", "version": version, "title": {"en": "Small", "fr": "Petite"}}
    # JSON is YAML.
    text = json.dumps({**baseline, "rules": list(rules or RULES)}, indent=1)
    (folder / "baselines" / f"small-{version}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_inventory(
    folder: Path, hosts: Mapping[str, Mapping[str, Any]], assign: str = "small"
) -> Path:
    """Write an inventory, with a policy beside it that assigns one baseline to all, and return its
    file.
    """
    place = folder / "inventories"
    place.mkdir(parents=True, exist_ok=True)
    inventory = {"all": {"hosts": {name: dict(variables) for name, variables in hosts.items()}}}
    (place / "hosts.json").write_text(json.dumps(inventory, indent=1), encoding="utf-8")
    policy = {"assign": [{"to": "all", "baseline": assign, "level": "minimal"}]}
    (place / "policy.yaml").write_text(json.dumps(policy), encoding="utf-8")
    return place / "hosts.json"


# Any variables
def reach(host: Reachable, user: str = "deploy", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the Ansible variables that lead to a host and make root of whoever logs in."""
    return {**host.inventory_vars(user), "ansible_become": True, **more}
