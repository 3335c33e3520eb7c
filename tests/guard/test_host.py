"""A host keeps what stands, and puts it back by itself unless it is told in time that all is well."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.guard.ask import THINGS, Asked, refused
from tests.lab import Lab, LabHost
from tests.witness import between, witness
from tuile.gather import run_probes
from tuile.platforms.interface import Limits
from tuile.platforms.linux.guard.client import program
from tuile.workspace.inventory.variables import target

pytestmark = pytest.mark.lab
CHANGE = """
set -e
cd /etc/lab
echo two >new.conf && mv new.conf plain.conf && chmod 600 plain.conf
mkdir new && echo deep >new/deep.conf
rm link gone kept-content && ln -s elsewhere link
echo other >/srv/data/new && mv /srv/data/new /srv/data/other-disk
chmod 600 /etc/issue
sysctl -qw net.ipv4.ip_forward=1
mount -o remount,noexec /tmp
usermod --lock --shell /usr/sbin/nologin --append --groups sudo ops
systemctl --quiet mask --now fstrim.timer
echo 'PermitRootLogin no' >/etc/ssh/sshd_config.d/00-lab.conf
"""
FILL = "for each in / /srv/data; do cat /dev/zero > $each/filler; done 2>/dev/null; true"


def _seen(host: LabHost) -> list[str]:
    return [line for line in witness(host, ("fstrim.timer",)) if "filler" not in line]


def _changed(asked: Asked) -> None:
    done = asked.host.run(f"{CHANGE}\nrm /etc/ssh/sshd_config.d/00-lab.conf")
    assert done.returncode == 0, done.stderr


def test_it_puts_itself_back_where_nobody_confirms(asked: Asked) -> None:
    """Files with mode, owner, time and access list, links, units, keys, mounts and accounts are as
    they were.
    """
    before = _seen(asked.host)
    asked.prepare(*THINGS, seconds=20)
    _changed(asked)

    assert asked.wait_for("restored", 60)
    assert between(before, _seen(asked.host)) == []
    assert asked.host.run(
        "ls -A /srv/data; ls /var/lib/tuile; ls /etc/systemd/system | grep tuile"
    ).stdout.split() == [
        "other-disk",
        asked.kept,
    ]


def test_a_full_disk_keeps_nothing_from_going_back(asked: Asked) -> None:
    """Not a byte is free on either disk when the time is over."""
    before = _seen(asked.host)
    asked.prepare(*THINGS)
    _changed(asked)
    asked.host.run(FILL, 120)
    asked.run_out()

    assert asked.wait_for("restored")
    asked.host.run("rm /filler /srv/data/filler")
    assert between(before, _seen(asked.host)) == []


def test_a_full_disk_refuses_an_apply(asked: Asked) -> None:
    """Where there is no room to keep what is there nothing is begun, and nothing left."""
    asked.host.run(FILL, 120)

    answer = asked.prepare(*THINGS)
    asked.host.run("rm /filler /srv/data/filler")

    assert refused(answer, "no room") or refused(answer, "No space left"), answer
    assert asked.host.run("ls -A /var/lib/tuile; ls /etc/systemd/system | grep tuile").stdout == ""


def test_a_host_without_power_in_the_middle_puts_itself_back(asked: Asked) -> None:
    """The files are back before anything reads them, the rest once the host is up."""
    before = _seen(asked.host)
    asked.prepare(*THINGS, seconds=600)
    _changed(asked)
    asked.host.run("sync; systemctl --quiet disable ssh")
    asked.host.stop()
    asked.host.start()
    asked.host.wait()

    assert asked.wait_for("restored")
    assert asked.host.ssh("sudo -n true").returncode == 0
    assert between(before, _seen(asked.host)) == []


def test_nobody_waits_for_what_went_with_the_power(asked: Asked) -> None:
    """What a host was asked as its power was cut is given up once it is up again, long before its
    own time is over.
    """
    there = target(asked.host.name, asked.host.inventory_vars(), ())
    looks = {"": lambda host: host.run("exec sleep 280").rc}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: next(run_probes([(there, looks)], Limits(silence=300))))
        while asked.host.run("pgrep -x sleep").returncode:
            time.sleep(0.2)
        asked.host.stop()
        asked.host.start()
        asked.host.wait()
        sight = waiting.result(60)

    assert sight.not_reached is not None
    assert "lost in the middle" in sight.not_reached.en


def test_one_apply_at_a_time(asked: Asked) -> None:
    """A second one is refused while the first is armed, and leaves nothing of its own."""
    asked.prepare(*THINGS)
    second = Asked(asked.host)

    assert refused(
        second.prepare("file=/etc/issue"), f"another apply is under way there ({asked.kept})"
    )
    assert second.state() == ""
    assert asked.state() == "armed"
    asked.confirm()
    assert isinstance(second.prepare("file=/etc/issue"), str)
    second.confirm()


def test_a_dead_apply_holds_nobody_up(asked: Asked) -> None:
    """Where the watcher is gone as well, the next apply puts back first, says so, and the one after
    it goes on.
    """
    before = _seen(asked.host)
    asked.prepare(*THINGS)
    asked.host.run(f"systemctl stop tuile-guard-watch-{asked.kept}")
    _changed(asked)
    asked.run_out()
    second = Asked(asked.host)

    assert refused(second.prepare("file=/etc/issue"), "was cut short and has just been put back")
    assert between(before, _seen(asked.host)) == []
    assert isinstance(second.prepare("file=/etc/issue"), str)
    second.confirm()


def test_whoever_is_first_decides(asked: Asked) -> None:
    """After it was put back it cannot be confirmed; after it was confirmed nothing goes back by
    itself.
    """
    asked.prepare(*THINGS)
    _changed(asked)
    asked.run_out()
    assert asked.wait_for("restored")
    assert refused(asked.confirm(), "not waiting to be confirmed (restored)")

    second = Asked(asked.host)
    second.prepare("file=/etc/lab/plain.conf")
    asked.host.run("echo new >/etc/lab/plain.conf")
    second.renew(60)
    second.confirm()
    second.run_out()
    time.sleep(4)
    assert asked.host.run("cat /etc/lab/plain.conf").stdout == "new\n"
    assert refused(second.roll_back(), "slow") or second.state() == "confirmed"


def test_an_undo_leaves_what_others_changed(asked: Asked) -> None:
    """A file and a password that somebody changed since stay, and are told; told so, the undo puts
    them back too.
    """
    asked.prepare(*THINGS, "account=deploy")
    _changed(asked)
    asked.confirm()
    asked.host.run("echo by hand >>/etc/lab/plain.conf; echo nosudo:changed | chpasswd")
    shadow = "grep ^nosudo: /etc/shadow"
    new = asked.host.run(shadow).stdout

    theirs = [change.resource.name for change in asked.compare().changes if change.changed_since]
    asked.undo()
    around = asked.host.run(
        "cat /etc/lab/plain.conf; readlink /etc/lab/link; ls /etc/lab"
    ).stdout.split()
    asked.undo(over=True)

    assert theirs == ["/etc/lab/plain.conf"]
    assert around == [
        "two",
        "by",
        "hand",
        "plain.conf",
        "gone",
        "kept-content",
        "link",
        "plain.conf",
    ]
    assert asked.host.run("cat /etc/lab/plain.conf").stdout == "one\n"
    assert asked.host.run(shadow).stdout == new
    assert asked.state() == "restored"


def test_an_undo_has_programs_read_their_files_again(asked: Asked) -> None:
    """A server that ran before and after reads what came back: it is not left with what the apply
    had it read.
    """
    read = "stat -c %y /run/sshd.pid"
    asked.prepare("file=/etc/ssh/sshd_config.d/00-lab.conf", "reload=ssh.service")
    asked.host.run(
        "echo 'PermitRootLogin no' >/etc/ssh/sshd_config.d/00-lab.conf; systemctl reload ssh;"
        " sleep 1"
    )
    asked.confirm()
    before = asked.host.run(read).stdout
    asked.undo()

    assert asked.host.run("ls /etc/ssh/sshd_config.d").stdout == ""
    assert asked.host.run(read).stdout not in ("", before)


def test_elements_of_sets_go_back(asked: Asked) -> None:
    """An element that came or went is put back; what a set has picked up by itself is no change."""
    sets = (
        "set open { type inet_service; elements = { 22, 80 }; }; set met { type ipv4_addr; %s; };"
    )
    flags = "size 99; flags dynamic,timeout; timeout 1h"
    made = asked.host.run(f"echo 'table inet lab {{ {sets % flags} }}' | nft -f -")
    assert made.returncode == 0, made.stderr
    asked.prepare("firewall=nftables")
    asked.host.run(
        "nft delete element inet lab open '{ 22 }'; nft add element inet lab open '{ 23 }'"
    )
    asked.roll_back()
    assert "elements = { 22, 80 }" in asked.host.run("nft list table inet lab").stdout

    second = Asked(asked.host)
    second.prepare("firewall=nftables")
    asked.host.run("nft add element inet lab met '{ 198.51.100.7 }'")
    second.confirm()
    assert second.compare().changes == ()


def test_only_some_things_go_back_while_it_is_armed(asked: Asked) -> None:
    """What one kind failed at goes back, the rest stays and is confirmed."""
    asked.prepare(*THINGS)
    _changed(asked)

    asked.roll_back("file=/etc/lab/gone", "sysctl=net.ipv4.ip_forward")
    asked.confirm()

    seen = asked.host.run(
        "cat /etc/lab/gone; sysctl -n net.ipv4.ip_forward; cat /etc/lab/plain.conf"
    ).stdout
    assert seen.split() == ["there", "0", "two"]


def test_what_is_written_once_more_goes_back_again(asked: Asked) -> None:
    """What a script of an engine that still runs writes, over a file that was put back already,
    does not stay.
    """
    asked.prepare(*THINGS)
    writer = (
        "until [ -e /etc/lab/gone ]; do sleep 0.1; done; echo late >>/etc/lab/plain.conf; rm"
        " /etc/lab/gone"
    )
    asked.host.run(f"rm /etc/lab/gone; systemd-run --quiet --collect sh -c '{writer}'")
    asked.run_out()

    assert asked.wait_for("restored")
    assert (
        asked.host.run("cat /etc/lab/plain.conf /etc/lab/gone; cat /var/lib/tuile/*/trouble").stdout
        == "one\nthere\n"
    )


def test_no_file_keeps_a_second_name(asked: Asked) -> None:
    """Neither a confirmed apply nor one that was put back leaves a second link: logrotate passes
    over logs with two.
    """
    names = "/etc/lab/plain.conf /etc/lab/kept-content /srv/data/other-disk /etc/issue"
    asked.prepare(*THINGS)
    asked.host.run("rm /etc/lab/kept-content; echo two >/etc/lab/plain.conf; chmod 600 /etc/issue")
    asked.roll_back()
    assert asked.host.run(f"stat -c %h {names}").stdout.split() == ["1"] * 4

    second = Asked(asked.host)
    second.prepare(*THINGS)
    second.confirm()
    assert asked.host.run(f"stat -c %h {names}").stdout.split() == ["1"] * 4


def test_what_was_being_written_goes_too(asked: Asked) -> None:
    """What an engine has left beside a file, as its host lost power, is not there after the return."""
    asked.prepare(*THINGS)
    asked.host.run(
        "echo half >/etc/lab/.plain.conf.AbCdEfGhIj.tuile~; echo two >/etc/lab/.plain.conf.swp"
    )
    asked.run_out()

    assert asked.wait_for("restored")
    assert asked.host.run("ls -A /etc/lab | grep plain").stdout.split() == [
        ".plain.conf.swp",
        "plain.conf",
    ]


def test_it_costs_little(asked: Asked) -> None:
    """Keeping, arming and confirming take two round trips and well under two seconds of a host's
    time.
    """
    asked.prepare(*THINGS)
    asked.confirm()

    assert sum(sight.rounds for sight in asked.sights) == 2
    assert sum(sight.host_cpu or 0 for sight in asked.sights) < 2


def test_a_host_without_systemd_watches_itself_too(lab: Lab) -> None:
    """A process of its own takes the place of the unit."""
    (host,) = lab.start_light(["guard-light"])
    host.run("mkdir /etc/lab && echo one >/etc/lab/plain.conf")
    asked = Asked(host)
    asked.prepare("file=/etc/lab/plain.conf", seconds=10)
    host.run("echo two >/etc/lab/plain.conf")

    assert asked.wait_for("restored")
    assert host.run("cat /etc/lab/plain.conf").stdout == "one\n"
    host.discard()


def test_no_clock_is_read() -> None:
    """Times are counted in seconds since boot: a clock that jumps moves no deadline."""
    assert not re.search(r"\bdate\b", program())
