"""Who logs in, and by what, is put together from the inventory and the controller's own keys."""

from __future__ import annotations

from pathlib import Path

from tuile.jobs import access
from tuile.policy.target import Secret, Target


def test_nobody_logs_in_locally() -> None:
    """The machine itself is reached by no login."""
    assert access.login(Target("hub", "local"), {}, ("adm",)) is None


def test_who_logs_in(tmp_path: Path) -> None:
    """The key's type stands in its public half; groups are what the host told, and unknown where it
    did not.
    """
    key = tmp_path / "id"
    key.with_suffix(".pub").write_text("ssh-rsa AAAA ops@hub\n")
    target = Target(
        "srv", user="ops", key_file=str(key), port=2222, become=True, become_password=Secret("x")
    )

    found = access.login(target, {}, ("ops", "adm"))
    assert found is not None
    assert (found.user, found.key, found.port, found.groups) == (
        "ops",
        "ssh-rsa",
        2222,
        ("ops", "adm"),
    )
    assert (found.by_password, found.has_password, found.sudo_password) == (False, False, True)
    assert "curve25519-sha256" in found.speaks["kexalgorithms"]
    unknown = access.login(
        Target("srv", user="ops", password=Secret("x")), {}, Exception("not asked")
    )
    assert unknown is not None
    assert (unknown.by_password, unknown.key, unknown.groups) == (True, "", ())


def test_a_host_on_the_way_to_others() -> None:
    """By its name or its address, whatever account and port the way has."""
    jump, plain = Target("rebond", address="192.0.2.1"), Target("srv", ssh_options={})
    behind = Target("dmz", ssh_options={"proxyjump": "ops@192.0.2.1:2222,other"})
    older = Target("dmz2", ssh_options={"proxycommand": "ssh -W %h:%p ops@bastion"})
    assert (
        getattr(
            access.login(Target("bastion", user="ops"), {"dmz2": older}, None), "on_the_way_to", ""
        )
        == "dmz2"
    )
    targets = {one.name: one for one in (jump, plain, behind)}
    found = [access.login(one, targets, None) for one in (jump, plain, behind)]
    assert [one.on_the_way_to for one in found if one] == ["dmz", "", ""]
