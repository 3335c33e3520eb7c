"""A rule of which an apply puts right a part only says beforehand which part stays for a person."""

from __future__ import annotations

from checks.linux import find, home, sysctl

PRIVATE = home.Params("private")
FOUND = {"offenders": ["/home/anna (0755)", "/home/carl (0775, link)", "/usr/local (0755, 0:0)"]}


def test_homes_of_others_stay() -> None:
    """Homes that are not their account's own are named; where all are, nothing is left."""
    left = home.leaves(PRIVATE, FOUND)
    assert left is not None
    assert left.en.startswith("/home/carl (0775, link), /usr/local (0755, 0:0): ")
    assert [one.name for one in home.also_touches(PRIVATE, FOUND)] == ["/home/anna"]
    assert home.leaves(PRIVATE, {"offenders": ["/home/anna (0755)"]}) is None
    assert home.leaves(home.Params("exist"), FOUND) is None


def test_odd_names_and_what_one_look_does_not_list_stay() -> None:
    """Of files that a walk finds, those with names that do not print, and those beyond the list."""
    params = find.Params("world_writable")
    odd = find.leaves(params, {"offenders": ["/srv/a", "/srv/b\\nc"], "more": 0})
    many = find.leaves(params, {"offenders": ["/srv/a"], "more": 7})
    assert odd is not None
    assert odd.fr.startswith("/srv/b\\nc : ")
    assert many is not None
    assert many.en == "7 more: apply once more"
    assert find.leaves(params, {"offenders": ["/srv/a"], "more": 0}) is None
    assert find.leaves(find.Params("unowned"), {"offenders": ["/srv/a"], "more": 7}) is None


def test_a_line_elsewhere_stays() -> None:
    """A script that sets a kernel key later is named while the running value is put right."""
    line = "/etc/rc.local: sysctl -w net.ipv4.ip_forward=1"
    left = sysctl.leaves(
        sysctl.Params("net.ipv4.ip_forward", "0"), {"running": "1", "set_later": [line]}
    )
    assert left is not None
    assert left.en == f"take it out where it is set later: {line}"
    assert (
        sysctl.leaves(sysctl.Params("net.ipv4.ip_forward", "0"), {"running": "1", "set_later": []})
        is None
    )
