"""The lab itself: what it promises to the tests that use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fleet.program import wait_for
from tests.lab import Lab, LabHost, missing, slot
from tests.lab.cgroup import TOP
from tests.lab.host import ACCOUNTS
from tests.lab.lab import ENOUGH, WATCHERS
from tests.lab.shell import LabError, command

pytestmark = pytest.mark.lab

CRASHING = """
import os
from tests.lab import Lab
lab = Lab().__enter__()
(host,) = lab.start(["doomed"])
print(host.address, flush=True)
os._exit(1)
"""
BUILDING = """
import sys
from pathlib import Path
from tests.lab.tree import build
build("bookworm", "base", Path(sys.argv[1]))
"""


def slot_of(address: str) -> int:
    """Return the slot's number, which is in all its addresses."""
    return int(address.split(".")[2])


def traces(number: int) -> list[str]:
    """Return all that is left on this machine of the lab of this slot."""
    home = slot.run_dir() / str(number)
    processes = command("ps", "-eo", "args").splitlines()
    return [
        *(line for line in processes if f"tuile{number}-" in line or f"{home}/" in line),
        *slot.mounts_under(home),
        *slot.namespaces_of(number),
        *slot.links_of(number),
        *(str(path) for path in TOP.glob(f"**/tuile-lab-tuile{number}-*")),
        *([str(home)] if home.exists() else []),
    ]


def test_a_process_that_died_before_it_was_recorded_is_passed_over() -> None:
    """A record without a start time ends nothing, and keeps no later lab from being cleaned."""
    number = slot.SLOTS.stop
    home = slot.run_dir() / str(number)
    home.mkdir(parents=True)
    (home / "processes").write_text("15493 \n")

    slot.clean(number)

    assert not home.exists()


@pytest.mark.parametrize("user", sorted(ACCOUNTS))
def test_every_account_answers_ssh_strictly(lab: Lab, user: str) -> None:
    """Stock ssh, which trusts only the recorded host key, logs in to each account and runs a
    command.
    """
    host = lab.hosts.get("ssh") or lab.start(["ssh"])[0]
    done = host.ssh("whoami", user)
    assert (done.stdout, done.stderr) == (f"{user}\n", "")


def test_another_host_key_is_refused(lab_host: LabHost) -> None:
    """A host whose key is not the recorded one is refused: the recorded key is what makes ssh trust
    it.
    """
    lab_host.run(
        "rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key"
    )
    lab_host.run("systemctl restart ssh")
    done = lab_host.ssh("whoami")
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


@pytest.mark.parametrize("fixture", ["lab_host", "lab_host_13"])
def test_host_is_a_booted_debian(fixture: str, request: pytest.FixtureRequest) -> None:
    """Systemd has started with no failed unit, and what a mount rule needs is mounted."""
    host: LabHost = request.getfixturevalue(fixture)
    assert host.run("systemctl is-system-running").stdout == "running\n"
    assert host.run(". /etc/os-release; echo $VERSION_CODENAME").stdout == f"{host.release}\n"
    assert host.run("mountpoint /srv/data && mountpoint /tmp").returncode == 0


def test_packages_install_without_network(lab_host: LabHost) -> None:
    """A package of the host's own repository installs, and an unknown one is refused at once."""
    assert lab_host.run("apt-get -qq -y install telnet && dpkg -s telnet >&2").returncode == 0
    started = time.monotonic()
    assert (
        lab_host.run("apt-get -qq update; apt-get -qq -y install no-such-package").returncode == 100
    )
    assert time.monotonic() - started < 60


def test_hosts_do_not_see_each_others_units(lab: Lab) -> None:
    """Stopping a unit on one host leaves the same unit of another alone."""
    one, other = lab.start(["one", "other"])
    assert one.run("systemctl stop ssh").returncode == 0
    assert other.ssh("systemctl is-active ssh").stdout == "active\n"
    assert wait_for(
        lambda: other.run("pgrep -c sshd").stdout == "1\n", 60
    )  # its last session takes a moment to end


def test_reset_gives_back_the_original_bytes(lab_host: LabHost) -> None:
    """Files, packages, network parameters and rules are again what they were."""
    look = (
        "sha256sum /etc/passwd /etc/ssh/sshd_config; ls /etc; sysctl net.ipv4.ip_forward; nft list"
        " ruleset; dpkg -l"
    )
    before = lab_host.run(look).stdout
    lab_host.run(
        "useradd mallory; echo >> /etc/ssh/sshd_config; touch /etc/new; apt-get -qq -y install"
        " telnet"
    )
    lab_host.run("sysctl -w net.ipv4.ip_forward=1; nft add table inet lab")
    assert lab_host.run(look).stdout != before
    lab_host.reset()
    assert lab_host.run(look).stdout == before


def test_a_reboot_keeps_the_disk_and_loses_the_rest(lab_host: LabHost) -> None:
    """After stop and start a file is still there and a running value is not."""
    lab_host.run("echo kept > /root/kept; sysctl -w net.ipv4.ip_forward=1")
    lab_host.stop()
    lab_host.start()
    lab_host.wait()
    assert lab_host.ssh("sudo cat /root/kept /proc/sys/net/ipv4/ip_forward").stdout == "kept\n0\n"


def test_light_hosts_run_sshd_and_sudo_only(lab: Lab) -> None:
    """Thirty light hosts stand beside each other; each logs in, becomes root, knows what it is, and
    can be reset.
    """
    hosts = lab.start_light([f"light-{number}" for number in range(30)])
    for host in hosts:
        assert host.ssh("sudo whoami; systemd-detect-virt").stdout == "root\nsystemd-nspawn\n"
    last = hosts[-1]
    assert last.run("test -d /run/systemd/system").returncode == 1
    last.run("touch /etc/new; sysctl -w net.ipv4.ip_forward=1")
    last.reset()
    assert last.run("ls /etc/new").returncode == 2
    assert last.ssh("cat /proc/sys/net/ipv4/ip_forward").stdout == "0\n"
    for host in hosts:
        host.discard()


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_a_full_host_has_what_rules_are_about(lab: Lab, release: str) -> None:
    """The full tree boots without a failed unit, with a kernel and the packages of most rules
    installed.
    """
    (host,) = lab.start([f"full-{release}"], release, "full")
    assert host.run("systemctl is-system-running").stdout == "running\n", host.run(
        "systemctl --failed"
    ).stdout
    wanted = "auditd rsyslog chrony aide usbguard apparmor grub-pc linux-image-amd64"
    assert (
        host.run(f"dpkg-query --show --showformat='${{db:Status-Status}} ' {wanted}").stdout
        == "installed " * 8
    )
    host.discard()


def test_a_pulled_cable(lab_host: LabHost) -> None:
    """A host that was cut off does not answer over the network but in person, and answers again
    when restored.
    """
    lab_host.cut()
    assert lab_host.ssh("true").returncode == 255
    assert lab_host.run("echo alive").stdout == "alive\n"
    lab_host.restore()
    assert lab_host.ssh("true").returncode == 0


def test_closing_leaves_nothing() -> None:
    """After the `with` block no process, mount, namespace, link, control group or folder of the lab
    is left.
    """
    with Lab() as lab:
        number = slot_of(lab.start(["brief"])[0].address)
        assert len(traces(number)) > 5
    assert traces(number) == []


def test_an_interrupted_test_leaves_nothing() -> None:
    """Ctrl-C in the middle cleans like any other end."""
    addresses: list[str] = []

    def session() -> None:
        with Lab() as lab:
            addresses.append(lab.start(["cut-short"])[0].address)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session()
    assert traces(slot_of(addresses[0])) == []


def test_the_next_lab_cleans_what_a_crashed_one_left() -> None:
    """A process that died without cleaning leaves a running host, and the next lab ends it."""
    root = Path(__file__).resolve().parents[2]
    died = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", CRASHING], capture_output=True, text=True, check=False, cwd=root
    )
    number = slot_of(died.stdout)
    assert len(traces(number)) > 5
    with Lab():
        left = traces(number)
    assert [trace for trace in left if "doomed" in trace] == []


def test_only_the_recorded_process_is_ended() -> None:
    """A process that got the number of a recorded one is not ended; nor is our own group, which is
    number 0.
    """
    with subprocess.Popen(["sleep", "60"]) as innocent:  # noqa: S607 -- any sleep will do
        slot.end(innocent.pid, "1")
        slot.end(0, slot.start_time(0))
        assert innocent.poll() is None
        slot.end(innocent.pid, slot.start_time(innocent.pid))
        assert innocent.wait() == -9


@pytest.mark.usefixtures("lab")
def test_many_hosts_have_room() -> None:
    """While a lab runs, the machine lets more hosts boot than it usually would."""
    assert int(WATCHERS.read_text()) >= ENOUGH


def test_a_closed_lab_starts_nothing() -> None:
    """A lab outside its `with` block refuses to start hosts."""
    with pytest.raises(LabError, match="closed"):
        Lab().start(["late"])


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a program is absent, the words name the package to install."""
    monkeypatch.setenv("PATH", "/nonexistent")
    words = missing()
    assert words is not None
    assert "apt-get install" in words
    assert "systemd-container" in words
    assert "\n" not in words


def test_a_build_that_is_killed_leaves_no_mount(tmp_path: Path) -> None:
    """What a tree needs of this machine while it is built, /proc and /sys, goes with its builder,
    however that ends.
    """
    build = [sys.executable, "-c", BUILDING, str(tmp_path / "tree")]
    # An argument list
    with subprocess.Popen(build, start_new_session=True) as builder:  # noqa: S603
        while not seen_by_any(tmp_path):
            assert builder.poll() is None
            time.sleep(0.05)
        os.killpg(builder.pid, signal.SIGKILL)

    end = time.monotonic() + 20
    while (left := seen_by_any(tmp_path)) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == set()


def seen_by_any(folder: Path) -> set[int]:
    """Return the processes that see something mounted below a folder."""
    found = set()
    for table in Path("/proc").glob("[0-9]*/mounts"):
        with suppress(OSError):
            if f" {folder}/" in table.read_text():
                found.add(int(table.parent.name))
    return found
