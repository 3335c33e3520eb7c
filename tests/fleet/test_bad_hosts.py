"""One run over hosts that are each in a trouble of their own: it costs each only itself, and is
said in words.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fleet.policy import MARTIANS, RULES, SETTING, reach, write_inventory, write_policy
from tests.fleet.program import Done, Program, watching_commands
from tests.lab import LabHost

pytestmark = pytest.mark.lab
ELSEWHERE = "-o UserKnownHostsFile={} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
PASSWORD = """Wombat S3cret!'q"7$x"""  # noqa: S105 -- of a host that nobody else reaches
WRONG = "Numbat wrong"  # as no file of the program may hold it either
SEEN = ("good", "bare", "full", "fishy", "cshy", "ops-knows", "hung", "flood")
"""Hosts that are looked at, the last two with one rule that could not be."""
WORDS = {
    "down": ["198.18.", ".250:22", "is it on"],
    "closed": [":23 refuses connections", "sshd"],
    "frozen": ["stopped answering", "no shell"],
    "key-refused": ["login refused for deploy", "stranger", "right key"],
    "key-changed": ["host key has CHANGED", "changed.known_hosts:1", "call security"],
    "key-unknown": ["host key is not known", "ssh -p 22 198.18."],
    "nosudo": ["nosudo has no sudo right to become root", "visudo"],
    "ops": ["sudo wants a password for ops", "--ask-become-pass"],
    "ops-wrong": ["sudo refused the password of ops"],
}
"""Host → words that its reason must hold."""


@pytest.fixture(scope="module")
def folder(fleet: Mapping[str, LabHost], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a policy whose inventory holds the good host, and all others."""
    folder = write_policy(tmp_path_factory.mktemp("fleet"))
    good = fleet["good"]
    done = good.run(f"chpasswd <<'END'\nops:{PASSWORD}\nnosudo:{PASSWORD}\nEND\n")
    assert done.returncode == 0, done.stderr
    hosts = {name: reach(host) for name, host in fleet.items()}
    hosts |= {user: reach(good, user) for user in ("fishy", "cshy", "ops")}
    hosts["nosudo"] = reach(good, "nosudo", ansible_become_password=PASSWORD)
    hosts["ops-knows"] = reach(good, "ops", ansible_become_password=PASSWORD)
    hosts["ops-wrong"] = reach(good, "ops", ansible_become_pass=WRONG)
    hosts["down"] = reach(good, ansible_host=good.address.rsplit(".", 1)[0] + ".250")
    hosts["closed"] = reach(good, ansible_port=23)
    hosts["key-refused"] = reach(good, ansible_ssh_private_key_file=str(_key(folder / "stranger")))
    hosts["key-changed"] = reach(
        good, ansible_ssh_common_args=_knowing(folder / "changed.known_hosts", good, folder)
    )
    hosts["key-unknown"] = reach(
        good, ansible_ssh_common_args=_knowing(folder / "empty.known_hosts")
    )
    write_inventory(folder, hosts)
    return folder


@pytest.fixture(scope="module")
def everywhere(folder: Path) -> Done:
    """Return what one check of them all came to, with no command line holding a password meanwhile."""
    with watching_commands("Wombat") as leaks, watching_commands(WRONG) as others:
        done = Program(folder).run("check", "-i", "inventories", "--json")
    assert (leaks, others) == ([], [])
    return done


def _key(path: Path) -> Path:
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 -- an argument list
    return path


def _knowing(path: Path, host: LabHost | None = None, folder: Path | None = None) -> str:
    """Return SSH options that know no host key, or one for `host` that is not its own."""
    path.write_text("")
    if host is not None and folder is not None:
        other = _key(folder / "other").with_suffix(".pub").read_text()
        path.write_text(f"{host.address} {' '.join(other.split()[:2])}\n")
    return ELSEWHERE.format(path)


def test_the_good_host_is_judged_completely(everywhere: Done) -> None:
    """Whatever befalls the others, every rule of the good host has its verdict."""
    good = everywhere.hosts()["good"]
    outcomes = [verdict["outcome"] for verdict in good["verdicts"]]
    assert outcomes == ["fail", "not_applicable", "pass", "fail"]
    assert (good["not_reached"], good["unjudged"]) == (None, [])


def test_a_failure_that_was_seen_decides_the_exit_code(everywhere: Done) -> None:
    """With a rule that fails somewhere the exit code is 1, however many hosts were not reached."""
    assert (everywhere.code, everywhere.report["exit_code"]) == (1, 1)
    assert everywhere.report["counts"]["hosts"]["not_reached"] == len(WORDS)


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_host_that_is_not_reached_says_why(everywhere: Done, name: str) -> None:
    """The reason says what is wrong and what to do, in English and in French, and no verdict is
    made up.
    """
    host = everywhere.hosts()[name]
    assert (host["status"], host["verdicts"]) == ("not_reached", [])
    why, words = host["not_reached"], WORDS[name]
    assert [word for word in words if word not in why["en"]] == []
    assert why["fr"] not in ("", why["en"])


@pytest.mark.parametrize("name", sorted(SEEN))
def test_a_host_in_trouble_is_looked_at_nevertheless(everywhere: Done, name: str) -> None:
    """Shells that are not POSIX, a full disk and no python3 cost nothing; a hung or endless file
    costs its rule.
    """
    verdicts = {verdict["rule"]: verdict for verdict in everywhere.hosts()[name]["verdicts"]}
    assert set(verdicts) == {rule["id"] for rule in RULES}
    assert verdicts[MARTIANS]["outcome"] == "fail"
    assert verdicts[SETTING]["outcome"] == ("error" if name in ("hung", "flood") else "fail")


@pytest.mark.parametrize(
    ("name", "words"), [("hung", "did not end within 30 s"), ("flood", "printed more than 32 MiB")]
)
def test_what_could_not_be_looked_at_is_an_error_in_words(
    everywhere: Done, name: str, words: str
) -> None:
    """The rule whose file hangs or floods says which command did so."""
    (reason,) = (v["reason"] for v in everywhere.hosts()[name]["verdicts"] if v["rule"] == SETTING)
    assert words in reason["en"]
    assert "/etc/lab.conf" in reason["en"]


def test_passwords_are_nowhere(everywhere: Done, folder: Path) -> None:
    """No output, store, cache or other file of the program holds a password of the inventory."""
    assert (folder / "state/tuile/tuile.db").exists()
    for word in ("Wombat", WRONG):
        assert word not in everywhere.out + everywhere.err
        assert [
            path for path in Program(folder).files_with(word) if "inventories/" not in path
        ] == []


def test_hosts_that_were_not_reached_are_remembered_as_such(everywhere: Done, folder: Path) -> None:
    """Drift tells them as not reached, and the exit code says that something could not be told."""
    assert everywhere.code == 1
    told = Program(folder).run("drift", "--host", "down", "--json")
    causes = {change["cause"] for change in told.report["changes"]}
    assert told.code == 3
    assert "not_reached" in causes


@pytest.mark.parametrize("way", ["environment", "prompt"])
def test_sudo_with_a_password_that_is_given(way: str, folder: Path, everywhere: Done) -> None:
    """The password of the environment or of the prompt makes root, and leaves no trace anywhere."""
    assert everywhere.code == 1
    program, arguments = (
        Program(folder),
        ("check", "-i", "inventories", "-l", "ops", "--json", "--no-store"),
    )
    with watching_commands("Wombat") as leaks:
        if way == "environment":
            done = program.run(*arguments, TUILE_BECOME_PASSWORD=PASSWORD)
        else:
            done = program.on_terminal(*arguments, "-K", answers={"sudo password": PASSWORD})
    assert '"root": true' in done.out
    assert (done.code, leaks) == (1, [])
    assert "Wombat" not in done.out + done.err
    assert [path for path in program.files_with("Wombat") if "inventories/" not in path] == []


def test_only_hosts_that_are_not_reached(folder: Path) -> None:
    """Where nothing could be looked at the exit code is 3, and the text says why without a
    traceback.
    """
    done = Program(folder).run(
        "check", "-i", "inventories", "-l", "key-changed,nosudo", "--no-store"
    )
    assert done.code == 3
    assert "CHANGED" in done.out
    assert "Traceback" not in done.out + done.err
