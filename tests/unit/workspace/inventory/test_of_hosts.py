"""Templates of an inventory are worked out within bounds: one that is not costs its host only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tuile.workspace.inventory import of_hosts as module
from tuile.workspace.inventory.of_hosts import BOUNDLESS, of_hosts
from tuile.workspace.inventory.templates import ENCRYPTED, Fields

LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}x"
DOUBLING = (
    "{% set n = namespace(t='x' * 60000) %}{% for a in range(60) %}{% set n.t = n.t ~ n.t %}{%"
    " endfor %}{{ n.t }}"
)
BACKTRACKING = "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_replace('(a+)+$', '') }}"
WIDE = "{{ '%999999999d' % 1 }}"
LONG = "{{ 'x'.ljust(3000000) }}"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 4)


def _fields(*values: object) -> Fields:
    hosts = {f"srv-{n}": {"ansible_host": value, "site": "lens"} for n, value in enumerate(values)}
    return Fields(hosts, {"all": list(hosts)})


@pytest.mark.parametrize(
    "template",
    [LOOP, DOUBLING, BACKTRACKING, WIDE, LONG],
    ids=["loop", "doubling", "re", "wide", "long"],
)
def test_what_never_ends_costs_its_host_only(template: str) -> None:
    """Loops, growth and regular expressions: the host before and the host after are as they would
    be without it.
    """
    before, bad, after = of_hosts(
        _fields("{{ site }}", template, "{{ site }}-2"), ["srv-0", "srv-1", "srv-2"]
    )

    assert (before.found, before.wrong) == ({"ansible_host": "lens"}, {})
    assert (after.found, after.wrong) == ({"ansible_host": "lens-2"}, {})
    assert bad.found == {}
    assert bad.wrong["ansible_host"].endswith(BOUNDLESS)


def test_without_templates_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most inventories have none."""
    monkeypatch.setattr(module, "_served", None)
    [of] = of_hosts(_fields("192.0.2.1"), ["srv-0"])
    assert of.found == {"ansible_host": "192.0.2.1"}


def test_encrypted_values_are_opened_when_they_are_asked_for() -> None:
    """A template may refer to one; one that stays shut costs its host, in the words of the vault."""
    fields = _fields("{{ secret }}")
    fields.hosts["srv-0"]["secret"] = {ENCRYPTED: "$ANSIBLE_VAULT;1.1;AES256\n00"}  # type: ignore[index]

    [opened] = of_hosts(replace(fields, decrypt=lambda text: f"open {text[:6]}"), ["srv-0"])
    assert opened.found == {"ansible_host": "open $ANSIB"}
    [shut] = of_hosts(replace(fields, decrypt=_refuse), ["srv-0"])
    assert shut.wrong == {"ansible_host": "ansible_host is encrypted"}


def _refuse(_text: str) -> str:
    raise ValueError("is encrypted")
