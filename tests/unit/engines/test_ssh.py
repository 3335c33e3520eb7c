"""How an inventory's SSH options are handed on."""

from __future__ import annotations

from tuile.engines import ssh
from tuile.policy.target import Target


def test_way_there_does_not_go_through_itself() -> None:
    """A jump host stands in the block of the host alone, what holds for all in the block of all."""
    options = {"proxyjump": "gate", "userknownhostsfile": "/k"}
    text = ssh.config(
        Target("web1", address="192.0.2.7", key_file="/key", ssh_options=options, ssh_config="none")
    )
    alone, everyone = text.split("Host *\n")
    assert alone == "Host 192.0.2.7\n  proxyjump gate\n"
    assert "  userknownhostsfile /k\n" in everyone
    assert "  identityfile /key\n" in everyone
    assert "Include" not in everyone


def test_host_keys_are_strict_unless_the_inventory_says_otherwise() -> None:
    """The default is yes; what the inventory says wins."""
    assert ssh.strictness(Target("web1")) == "yes"
    assert (
        ssh.strictness(Target("web1", ssh_options={"stricthostkeychecking": "accept-new"}))
        == "accept-new"
    )


def test_configuration_of_the_inventory_is_read() -> None:
    """A file given by -F reaches both clients."""
    target = Target("web1", ssh_config="/etc/my config")
    assert ssh.arguments(target).startswith("-F '/etc/my config' ")
    assert ssh.config(target).endswith("Include /etc/my config\n")
