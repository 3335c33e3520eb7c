"""The whole gathering over SSH, against an sshd that the test starts: what works, and what goes
wrong, in words.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.transports.conftest import Sshd, free_port, make_key, start_sshd
from tuile.gather import run_probes
from tuile.platforms.interface import Limits, Probe, ProbeResult, Progress
from tuile.policy.target import Secret, Target
from tuile.transports.ssh import within

PATIENT = Limits(connect=20, silence=20)
QUICK = Limits(connect=5, silence=3)


def ask(command: str) -> Probe:
    """Return a look that says what a command prints."""
    return lambda host: host.run(command).stdout


def look(
    target: Target, looks: Mapping[str, Probe] | None = None, limits: Limits = PATIENT
) -> ProbeResult:
    """Return what is seen on one host."""
    [sight] = run_probes([(target, looks or {"a": ask("echo a")})], limits)
    return sight


def why_not(
    target: Target, looks: Mapping[str, Probe] | None = None, limits: Limits = PATIENT
) -> str:
    """Return why a host was not reached, one line in each language."""
    sight = look(target, looks, limits)
    assert sight.not_reached is not None
    assert "\n" not in sight.not_reached.en + sight.not_reached.fr
    assert (sight.facts, sight.seen) == (None, {})
    return sight.not_reached.en


def test_right_key(sshd: Sshd) -> None:
    """A known host that lets our key in is seen, in one round."""
    sight = look(sshd.target(), {str(n): ask(f"echo {n}") for n in range(200)})
    assert (sight.not_reached, sight.rounds) == (None, 1)
    assert list(sight.seen.values()) == [f"{n}\n" for n in range(200)]


def test_many_hosts_each_its_own(sshd: Sshd) -> None:
    """Hosts that fail in their several ways cost those beside them nothing."""
    dead = replace(sshd.target("dead"), port=free_port())
    jobs = [
        (sshd.target("good"), {"a": ask("echo a")}),
        (dead, {}),
        (Target("here", "local"), {"b": ask("echo b")}),
    ]
    seen = {sight.host: sight for sight in run_probes(jobs, PATIENT)}
    assert (seen["good"].seen["a"], seen["here"].seen["b"]) == ("a\n", "b\n")
    assert seen["dead"].not_reached is not None


def test_unknown_key(sshd: Sshd) -> None:
    """A host whose key nobody wrote down is not logged in to, and the words say how to get to know
    it.
    """
    (sshd.folder / "known_hosts").write_text("")
    assert f"host key is not known; check it and run once: ssh -p {sshd.port} 127.0.0.1" in why_not(
        sshd.target()
    )


def test_changed_key(sshd: Sshd) -> None:
    """A host that shows another key than before is not logged in to, and the words say where the
    old one stands.
    """
    known = sshd.folder / "known_hosts"
    known.write_text(f"# ours\n[127.0.0.1]:{sshd.port} {make_key(sshd.folder / 'other')}\n")
    assert f"host key has CHANGED (old key: {known}:2)" in why_not(sshd.target())
    assert "CHANGED" in why_not(sshd.target(stricthostkeychecking="accept-new"))
    assert look(sshd.target(stricthostkeychecking="no")).seen["a"] == "a\n"


def test_no_known_hosts_file_is_still_strict(sshd: Sshd) -> None:
    """Naming no known hosts file at all does not switch the check off."""
    for name in ("none", "/dev/null", str(sshd.folder / "nothing")):
        assert "host key is not known" in why_not(sshd.target(userknownhostsfile=name))


def test_accept_new(sshd: Sshd) -> None:
    """With accept-new an unknown key is written down once, and holds from then on."""
    known = sshd.folder / "known_hosts"
    line = known.read_text()
    known.unlink()
    assert look(sshd.target(stricthostkeychecking="accept-new")).seen["a"] == "a\n"
    assert known.read_text() == line
    assert look(sshd.target()).seen["a"] == "a\n"


def test_refused_login(sshd: Sshd) -> None:
    """A key that is not let in is reported with the user and what was tried."""
    (sshd.folder / "authorized_keys").write_text("")
    user = pwd.getpwuid(os.geteuid()).pw_name
    assert f"login refused for {user} (tried: key {sshd.folder}/user_key" in why_not(sshd.target())
    secret = replace(sshd.target(), password=Secret("tr0mpette-marine"))
    said = why_not(secret)
    assert "password" in said
    assert "tr0mpette" not in said


def test_encrypted_key(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key under a passphrase, without an agent, is reported with the command that helps."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    make_key(sshd.folder / "locked", "passphrase")
    target = replace(sshd.target(), key_file=str(sshd.folder / "locked"))
    assert f"run ssh-add {sshd.folder}/locked" in why_not(target)


def test_missing_key(sshd: Sshd) -> None:
    """A key file that is not there is named."""
    assert "/nothing cannot be read: No such file" in why_not(
        replace(sshd.target(), key_file="/nothing")
    )


def test_dead_port() -> None:
    """A port where nobody listens is said to refuse."""
    target = Target(
        "here", address="127.0.0.1", port=free_port(), user="root", ssh_config="/dev/null"
    )
    assert f"127.0.0.1:{target.port} refuses connections; is sshd running there" in why_not(target)


def test_name_that_does_not_resolve() -> None:
    """A name that nobody knows is reported as such."""
    said = why_not(Target("nobody.invalid", user="root", ssh_config="/dev/null"))
    assert 'the name "nobody.invalid" does not resolve' in said


def test_silent_server(sshd: Sshd) -> None:
    """A server that takes the connection and says nothing is given up in time."""
    os.kill(sshd.process.pid, signal.SIGSTOP)
    started = time.monotonic()
    assert "its sshd did not answer within 0.5 s" in why_not(
        sshd.target(), limits=Limits(connect=0.5)
    )
    assert time.monotonic() - started < 5


def test_hang_in_the_middle(sshd: Sshd) -> None:
    """A command that hangs costs itself, and is ended on the host."""
    looks = {
        "hung": ask("echo $$; exec sleep 61.6"),
        "after": ask("echo 2"),
        "left": ask("sleep 0.2; ps -eo args"),
    }
    seen = look(sshd.target(), looks, QUICK).seen
    assert str(seen["hung"]) == '"echo $$; exec sleep 61.6" did not end within 3 s'
    assert (seen["after"], "\nsleep 61.6" in seen["left"]) == ("2\n", False)


def test_host_stops_in_the_middle(sshd: Sshd) -> None:
    """A host that stops answering altogether is not reached, after the limits and not for ever."""

    def stop(progress: Progress) -> None:
        if progress.phase.en.startswith("looking"):
            for pid in sshd.children():
                os.kill(pid, signal.SIGSTOP)

    [sight] = run_probes([(sshd.target(), {"s": ask("sleep 0.1")})], QUICK, stop)
    assert sight.not_reached is not None
    assert "stopped answering" in sight.not_reached.en


def test_flood(sshd: Sshd) -> None:
    """A command that floods costs itself."""
    seen = look(
        sshd.target(), {"flood": ask("yes"), "after": ask("echo 2")}, replace(PATIENT, output=2**20)
    ).seen
    assert (str(seen["flood"]), seen["after"]) == ('"yes" printed more than 1 MiB', "2\n")


def test_cut_in_the_middle(sshd: Sshd) -> None:
    """A connection that is cut in the middle is reported, with the command at which it was."""
    started = sshd.folder / "started"

    def cut() -> None:
        while not started.exists():
            time.sleep(0.02)
        for pid in sshd.children():
            os.kill(pid, signal.SIGKILL)

    command = f": >{started}; sleep 15.25"
    killer = threading.Thread(target=cut, daemon=True)
    killer.start()
    said = why_not(sshd.target(), {"s": ask(command)})
    killer.join()
    assert 'connection was lost in the middle (at "' in said
    assert command[:40] in said


NOISE = (
    'ForceCommand sh -c "echo Welcome; echo to the ward >&2; printf \\\\000; eval'
    ' $SSH_ORIGINAL_COMMAND"'
)


@pytest.mark.usefixtures("needs_sshd")
@pytest.mark.parametrize(
    ("forced", "words"),
    [
        (NOISE, None),
        (
            "ForceCommand echo This account is closed.; exit 1",
            'shell ended at once (exit status 1): "This account',
        ),
        ("ForceCommand echo sh: /bin/sh: not found >&2; exit 127", "it has no /bin/sh"),
        ("ForceCommand sleep 61.8", "no shell within 5 s"),
        ("MaxSessions 0", "starts no command"),
    ],
)
def test_login_shells(tmp_path: Path, forced: str, words: str | None) -> None:
    """Noise of a login shell is no answer, and an account without a shell is reported in its own
    words.
    """
    server = start_sshd(tmp_path, forced)
    try:
        sight = look(server.target(), limits=QUICK)
    finally:
        server.stop()
    if words is None:
        assert (sight.not_reached, dict(sight.seen)) == (None, {"a": "a\n"})
    else:
        assert sight.not_reached is not None
        assert words in sight.not_reached.en


def test_jump_hosts(sshd: Sshd) -> None:
    """A host behind two jump hosts is seen; each of them must be known, and the one that fails is
    named.
    """
    user = pwd.getpwuid(os.geteuid()).pw_name
    hops = f"{user}@127.0.0.1:{sshd.port},{user}@localhost:{sshd.port}"
    assert "jump host localhost: its host key is not known" in why_not(sshd.target(proxyjump=hops))
    known = sshd.folder / "known_hosts"
    known.write_text(known.read_text() + known.read_text().replace("127.0.0.1", "localhost"))
    target = replace(sshd.target(proxyjump=f"{user}@localhost:{sshd.port}"))
    jobs = [(replace(target, name=str(n)), {"a": ask("echo a")}) for n in range(3)]
    assert [dict(sight.seen) for sight in run_probes(jobs, PATIENT)] == [{"a": "a\n"}] * 3
    assert "jump host localhost: " in why_not(
        sshd.target(proxyjump=f"{user}@localhost:{free_port()}")
    )


def test_config_file(sshd: Sshd) -> None:
    """A configuration file of ssh names address, port, user and key, as it does for ssh."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    config = sshd.folder / "config"
    config.write_text(
        f"Host ward\n  HostName 127.0.0.1\n  Port {sshd.port}\n  User {user}\n"
        f"  IdentityFile {sshd.folder}/user_key\n  UserKnownHostsFile {sshd.folder}/known_hosts\n"
    )
    assert look(Target("ward", ssh_config=str(config))).seen["a"] == "a\n"
    config.write_text("Host ward\n  Port x\n")
    assert "its SSH settings make no sense" in why_not(Target("ward", ssh_config=str(config)))


def test_proxy_command(sshd: Sshd) -> None:
    """A proxy command carries the connection."""
    relay = sshd.folder / "relay.py"
    relay.write_text(
        "import os, socket, sys, threading\n"
        "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
        "def up():\n    while data := os.read(0, 65536): s.sendall(data)\n    s.shutdown(1)\n"
        "threading.Thread(target=up, daemon=True).start()\n"
        "while data := s.recv(65536): os.write(1, data)\n"
    )
    assert look(sshd.target(proxycommand=f"python3 {relay} %h %p")).seen["a"] == "a\n"


def test_nothing_is_left_behind(sshd: Sshd) -> None:
    """After a gathering no connection stays open and no event loop is set."""
    look(sshd.target())
    for _ in range(100):
        if not sshd.children():
            break
        time.sleep(0.02)
    assert sshd.children() == []
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


async def _hold_on() -> None:
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(3600)


async def _ask_twice() -> str:
    with pytest.raises(TimeoutError):
        await within(0.1, _hold_on())
    return await within(PATIENT.connect, asyncio.sleep(0, "answer"))


def test_what_does_not_let_go_is_left_behind() -> None:
    """Time is over even for what goes on waiting when it is told to give up, as asyncssh does for
    the end of a line.
    """
    assert asyncio.run(_ask_twice()) == "answer"
