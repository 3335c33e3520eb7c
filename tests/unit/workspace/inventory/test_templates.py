"""Templates in an inventory are worked out as Ansible does, and can start nothing."""

from __future__ import annotations

import pytest

from tuile.workspace.inventory.templates import Fields, Unworkable

HOSTS = {
    "a": {
        "lan": "192.0.2",
        "site": {"name": "lens", "net": "{{ lan }}.0"},
        "old": "no",
        "nothing": None,
        "ports": {"a": 2222},
        "chain": "{{ chain }}",
        "new": "{{ old | bool }}",
        "inventory_hostname": "a",
        "group_names": ["servers"],
    },
    "b": {"ansible_host": "{{ lan }}.2", "lan": "198.51.100"},
}
GROUPS = {"all": ["a", "b"], "servers": ["a"]}


def work_out(template: str) -> object:
    """Return what a template gives on host a."""
    hosts = {**HOSTS, "a": {**HOSTS["a"], "it": template}}
    return Fields(hosts, GROUPS).of("a").plain("it")


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ lan }}.11", "192.0.2.11"),
        ("{{ site.net }}", "192.0.2.0"),
        ("{{ site['name'] | upper }}", "LENS"),
        ("{{ hostvars['b'].ansible_host }}", "198.51.100.2"),
        ("{{ hostvars[groups['all'][1]]['ansible_host'] }}", "198.51.100.2"),
        ("{{ groups['servers'][0] }}", "a"),
        ("{{ 'root' if old|bool else 'ops' }}", "ops"),
        ("{{ 'root' if new else 'ops' }}", "ops"),
        ("{{ new | ternary('root', 'ops') }}", "ops"),
        ("{{ ports[inventory_hostname] }}", 2222),
        ("{{ absent.of.this | default(lan) }}", "192.0.2"),
        ("{{ absent | default(nothing) | default('x', true) }}", "x"),
        ("{{ nothing }}-", "-"),
        ("{% if 'servers' in group_names %}srv{% endif %}", "srv"),
        ("{{ inventory_hostname | regex_replace('^(.*)$', 'h-\\\\1') }}", "h-a"),
        ("{{ '/x/y.pub' | dirname }}/{{ '/x/y.pub' | basename | splitext | first }}", "/x/y"),
        ("{{ 'YQ==' | ansible.builtin.b64decode }}", "a"),
        ("{{ [lan, 'x'] | join('-') }}", "192.0.2-x"),
        ("{{ vars['lan'] }}", "192.0.2"),
    ],
)
def test_everyday_templates(template: str, value: object) -> None:
    """Magic variables, other hosts, filters, defaults; one expression keeps the type of its value."""
    assert work_out(template) == value


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ absent }}", "'absent' is undefined"),
        ("{{ chain }}", "refers to itself"),
        ("{{ lan | no_such_filter }}", "no_such_filter"),
        ("{{ hostvars['z'].x }}", "no attribute 'z'|undefined"),
        ("{{ lan.__class__.__mro__ }}", "unsafe"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ cycler.__init__.__globals__ }}", "unsafe"),
        ("{{ 'a' * 100000000 }}", "without bound"),
        ("{{ 9 ** 999999999 }}", "without bound"),
        ("{{ lan ", "unexpected end"),
    ],
)
def test_what_cannot_be_worked_out_is_told(template: str, words: str) -> None:
    """In words; no attribute leads out of the sandbox."""
    with pytest.raises(Unworkable, match=words) as caught:
        work_out(template)
    assert caught.value.lookup == ""


@pytest.mark.parametrize("call", ["lookup('pipe', 'id')", "query('pipe', 'id')", "q('pipe', 'id')"])
def test_lookups_are_programs(call: str) -> None:
    """They are named, not run."""
    with pytest.raises(Unworkable) as caught:
        work_out(f"{{{{ {call} }}}}")
    assert caught.value.lookup == "pipe"
