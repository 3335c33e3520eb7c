"""The virtual machine itself: what it promises to the tests that use it."""

from __future__ import annotations

import pytest

from tests.lab import Machine

pytestmark = pytest.mark.machine


def test_a_machine_of_its_own(machine: Machine) -> None:
    """GRUB has booted a kernel with audit and AppArmor; no unit failed; SSH and sudo work; a reboot
    is one.
    """
    assert machine.run("systemctl is-system-running").stdout == "running\n", machine.run(
        "systemctl --failed"
    ).stdout
    assert machine.run("cat /proc/cmdline").stdout.startswith("BOOT_IMAGE=/boot/vmlinuz-")
    assert machine.run("systemd-detect-virt --container").stdout == "none\n"
    assert machine.run("auditctl -s | grep -x 'enabled 1' && aa-enabled").returncode == 0
    assert machine.ssh("sudo whoami").stdout == "root\n"
    machine.cut()
    assert not machine.greets()
    assert machine.run("echo alive").stdout == "alive\n"
    machine.restore()
    machine.run("echo kept > /root/kept; echo lost > /run/lost")
    machine.reboot()
    assert machine.run("cat /root/kept /run/lost").stdout == "kept\n"
    machine.run("echo kept > /root/kept; sync")
    machine.stop()
    machine.start()
    machine.wait()
    assert machine.run("cat /root/kept").stdout == "kept\n"
