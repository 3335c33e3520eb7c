"""What the kinds about the network set up on booted hosts does its work there: packets, log lines,
the time.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.batch import WATCH
from tests.lab import Lab, LabHost
from tests.scenario import Scenario, plan_for
from tuile.catalog import Kinds
from tuile.engines import engine
from tuile.jobs.diff import diff
from tuile.jobs.guarded_apply import ApplyOptions, guarded_apply
from tuile.policy.change.outcome import HostApplied
from tuile.policy.change.pre_image import Ending
from tuile.workspace.inventory.variables import target
from tuile.workspace.prepare import Workspace

pytestmark = pytest.mark.lab
INSTALL = "apt-get -qq install -y --no-install-recommends"
CHRONY = """
mkdir -p /etc/systemd/system/chrony.service.d
printf '[Unit]\\nConditionCapability=\\n' > /etc/systemd/system/chrony.service.d/container.conf
echo 'DAEMON_OPTS="-F 0 -x"' > /etc/default/chrony
systemctl daemon-reload
"""
"""A container may not set the clock, so that chrony only follows it here."""
LISTEN = """
printf '[Socket]\\nListenStream=%s\\nAccept=yes\\n' {port} > /run/systemd/system/echo{port}.socket
printf '[Service]\\nExecStart=/bin/cat\\nStandardInput=socket\\n' > /run/systemd/system/echo{port}@.service
systemctl daemon-reload
systemctl start echo{port}.socket
"""


@pytest.fixture(scope="module")
def pair(lab: Lab) -> tuple[LabHost, LabHost]:
    """Return two hosts of one network."""
    one, other = lab.start(["network-1", "network-2"])
    return one, other


def _put_right(host: LabHost, logs: Path, kind: str, params: Mapping[str, Any]) -> HostApplied:
    rule = Scenario(Path(kind) / "network.fail.sh", dict(params), repairable=True, releases=())
    setup = Workspace(
        targets={
            host.name: target(host.name, {**host.inventory_vars(), "ansible_become": True}, ())
        },
        plans={host.name: plan_for([rule], host.name)},
        kinds=Kinds(),
    )
    todo = list(diff(setup, WATCH))
    (carried,) = guarded_apply(todo, setup, ApplyOptions(engine("pyinfra"), logs, WATCH))
    return carried.applied


def _wait(for_what: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if for_what():
            return True
        time.sleep(0.5)
    return False


def _reaches(one: LabHost, other: LabHost, port: int) -> bool:
    tried = (
        f"timeout 3 bash -c 'exec 3<>/dev/tcp/{other.address}/{port} && echo there >&3 && read -r"
        " -u 3 line'"
    )
    return one.run(tried).returncode == 0


def _session(host: LabHost, peer: LabHost) -> subprocess.Popen[str]:
    """Return a shell on `host` that opened a connection to `peer`, and says by line what comes back
    on it.
    """
    talk = "while read -r said; do echo $said >&3; read -r -u 3 back; echo $back; done"
    script = f"exec 3<>/dev/tcp/{peer.address}/7001; echo open; {talk}"
    command = ["ssh", *host.ssh_options(), f"root@{host.address}", f"bash -c '{script}'"]
    # A list
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603


def _says(session: subprocess.Popen[str], word: str) -> str:
    assert session.stdin is not None
    assert session.stdout is not None
    session.stdin.write(f"{word}\n")
    session.stdin.flush()
    return session.stdout.readline().strip()


def test_the_firewall_drops_what_is_not_declared(
    pair: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """A service that listens undeclared is cut by no apply; then undeclared ports close, now and
    after a reboot.

    Sessions that stand, and tables of others, stay.
    """
    host, peer = pair
    session = _talking(host, peer)
    services = {"services": ["tcp/22", f"tcp/7001 from {peer.address}"]}
    assert _put_right(host, tmp_path, "firewall", services).guarded is None
    assert host.run("systemctl stop echo7002.socket").returncode == 0
    applied = _put_right(host, tmp_path, "firewall", services)
    host.run(LISTEN.format(port=7002))

    assert applied.guarded is not None
    assert applied.guarded.ending is Ending.confirmed
    assert _says(session, "still-here") == "still-here"
    session.kill()
    session.communicate()
    assert _reaches(peer, host, 7001)
    assert not _reaches(peer, host, 7002)
    assert "docker0" in host.run("nft list tables").stdout
    host.stop()
    host.start()
    host.wait()
    assert "policy drop" in host.run("nft list table inet tuile").stdout
    assert host.ssh("true").returncode == 0
    host.reset()


def _talking(host: LabHost, peer: LabHost) -> subprocess.Popen[str]:
    """Have both listen on two ports, give the host a table of somebody else, and return a session
    that stands.
    """
    for port in (7001, 7002):
        peer.run(LISTEN.format(port=port))
        host.run(LISTEN.format(port=port))
    host.run(
        "nft add table ip docker0; nft add chain ip docker0 forward '{ type filter hook forward"
        " priority 0; }'"
    )
    session = _session(host, peer)
    assert session.stdout is not None
    assert session.stdout.readline() == "open\n"
    assert _reaches(peer, host, 7002)
    return session


def test_log_lines_reach_the_collector_after_it_was_away(
    pair: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """What is logged while the collector is down arrives once it is back."""
    host, collector = pair
    for each in pair:
        assert each.run(f"{INSTALL} rsyslog").returncode == 0
    receive = 'module(load="imtcp")\ninput(type="imtcp" port="514")\n*.* /var/log/received\n'
    collector.run(
        f"printf '%s' '{receive}' > /etc/rsyslog.d/10-receive.conf\nsystemctl stop rsyslog.service"
        " syslog.socket"
    )

    applied = _put_right(
        host, tmp_path, "log_forwarding", {"target": f"{collector.address}:514", "protocol": "tcp"}
    )
    host.run("logger while-it-was-away")
    collector.run("systemctl start rsyslog.service")
    host.run("logger now-that-it-is-back")

    assert applied.failures == {}
    assert _wait(lambda: "while-it-was-away" in collector.run("cat /var/log/received").stdout, 60)
    assert "now-that-it-is-back" in collector.run("sleep 1; cat /var/log/received").stdout


def test_the_clock_follows_the_server_that_the_policy_names(
    pair: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """A host that asked another server asks the named one, and is then seen to be in step."""
    host, server = pair
    for each in pair:
        assert each.run(f"{INSTALL} chrony\n{CHRONY}").returncode == 0
    server.run(
        "printf 'local stratum 8\\nallow\\n' > /etc/chrony/conf.d/serve.conf; systemctl restart"
        " chrony"
    )
    host.run("systemctl restart chrony")

    _put_right(host, tmp_path, "time_sync", {"servers": [server.address]})

    assert _wait(lambda: f",{server.address}," in host.run("chronyc -c tracking").stdout)
    assert "elsewhere" not in host.run("chronyc -n sources").stdout
    assert (
        _put_right(
            host, tmp_path, "time_sync", {"servers": [server.address], "synchronised": True}
        ).guarded
        is None
    )
