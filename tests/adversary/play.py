"""Plays rounds: root puts right, takes back, restores and undoes while users swap what stands
there.
"""

from __future__ import annotations

import base64
import random
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tests.fleet.policy import Rule, reach, rule, write_inventory, write_policy
from tests.fleet.program import Program
from tests.guard.ask import Asked
from tests.lab import LabHost
from tests.witness import between
from tuile.platforms.linux import guard
from tuile.policy.errors import Unseen

BOUND = 150
"""Seconds that a round may take on a busy machine: nobody holds root up for longer."""
WITHIN = 12
"""Seconds to confirm, where an engine is used."""
ENGINES = ("pyinfra", "ansible")
ENDS = ("take-back", "restore", "undo", "undo-over", "some-back")
ENGINE_ENDS = ("confirmed", "failing", "killed")
_TMP = ("/tmp/eve", "/var/tmp/eve")  # noqa: S108 -- places where a user is at work
PLACES = ("/home/eve", "/home/eve/deep", *_TMP, "/srv/open.d", "/srv/share", "/home/mal")
NAMES = ("a", "b", "d", "d/a", "e", ".bashrc", ".profile", "x y")
_HOSTILE = (Path(__file__).parent / "hostile.pl").read_text(encoding="utf-8")
_SET = """
for each in eve mal bob; do id $each >/dev/null 2>&1 || useradd -m -s /bin/bash $each; done
getent group ward >/dev/null || groupadd ward; usermod -aG ward eve; usermod -aG ward mal
rm -rf /home/eve /home/mal /tmp/eve /var/tmp/eve /srv/open.d /srv/share; rm -f /srv/open
for each in eve mal; do mkdir -m 0755 /home/$each; cp /etc/skel/.bashrc /home/$each/; chown -R $each: /home/$each; done
mkdir -p /home/eve/deep /tmp/eve /var/tmp/eve; chown eve: /home/eve/deep /tmp/eve /var/tmp/eve
mkdir /srv/open.d /srv/share; chmod 1777 /srv/open.d; chgrp ward /srv/share; chmod 2775 /srv/share
chmod 700 /home/bob; chmod 600 /home/bob/.[bp]*; mkdir -p -m 700 /var/lib/tuile
echo hers >/home/bob/secret; chown bob: /home/bob/secret; chmod 600 /home/bob/secret
echo roots >/root/secret; chmod 600 /root/secret; echo bobs >/srv/open; chown bob: /srv/open; chmod 666 /srv/open
echo retries 9 >/etc/lab.conf; echo one >/etc/lab-watched; chmod 600 /etc/lab-watched
"""
_WITNESS = r"""
find /etc /root /home/bob /usr/bin /usr/sbin /usr/lib/openssh /boot /var/lib/dpkg -xdev \
    \( -name .pwd.lock -o -name lab.conf -o -path '*/tuile-guard*' -o -name .ansible \) -prune -o \
    ! -type d -printf '%p %y %m %U:%G %s %l\n' -o -printf '%p %y %m %U:%G\n'
stat -c '%n %a %u:%g' /srv/open /home /tmp /var/tmp /var/lib/tuile
find /etc /root /home/bob -xdev -type f ! -name lab.conf ! -path '*/tuile-guard*' ! -path '*/.ansible/*' \
    -exec sha256sum {} +
find / -xdev \( -path /proc -o -path /sys -o -path /home/eve -o -path /home/mal -o -path /tmp -o -path /var/tmp \
    -o -path /srv -o -path /var/lib/tuile \) -prune -o \( -user eve -o -user mal \) -printf 'theirs %p\n'
"""


@dataclass(frozen=True)
class Round:
    """One round: by which way root acts, how it ends, and who is at work."""

    number: int
    seed: int
    how: str
    end: str
    users: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}-{self.how}-{self.end}-{'+'.join(self.users)}-{self.seed}"


def rounds(seed: int, *, engines: int = 4) -> Iterator[Round]:
    """Yield rounds without end, the same for the same seed; one of `engines` goes through an
    engine.
    """
    chance = random.Random(seed)  # noqa: S311 -- a reproducible choice, no secret
    number = 0
    while True:
        users = chance.choice((("eve",), ("eve", "mal")))
        if number % engines == engines - 1:
            turn = number // engines
            how, end = (
                ENGINES[turn % len(ENGINES)],
                ENGINE_ENDS[turn // len(ENGINES) % len(ENGINE_ENDS)],
            )
        else:
            how, end = "guard", ENDS[number % len(ENDS)]
        yield Round(number, chance.randrange(1 << 30), how, end, users)
        number += 1


def play(host: LabHost, one: Round, folder: Path) -> list[str]:
    """Play a round and return what is wrong afterwards: nothing, where all is well."""
    ready = host.run(f"set -e\n{_SET}")
    assert ready.returncode == 0, ready.stderr
    before, started = _seen(host), time.monotonic()
    with _at_work(host, one):
        words = _by_guard(host, one) if one.how == "guard" else _by_engine(host, one, folder)
    if (took := time.monotonic() - started) > BOUND:
        words.append(f"took {took:.0f} s")
    return [*words, *between(before, _seen(host))]


def play_all(
    chosen: Sequence[Round],
    hosts: Sequence[LabHost],
    folder: Path,
    told: Callable[[Round, LabHost, list[str]], None],
) -> int:
    """Play rounds, some hosts side by side, and return how many went wrong."""
    waiting, lock = iter(chosen), Lock()

    def following() -> Round | None:
        with lock:
            return next(waiting, None)

    def on(host: LabHost) -> int:
        wrong = 0
        while one := following():
            words = play(host, one, folder / str(one.number))
            told(one, host, words)
            wrong += bool(words)
        return wrong

    with ThreadPoolExecutor(len(hosts)) as pool:
        try:
            return sum(pool.map(on, hosts))
        except KeyboardInterrupt:
            waiting = iter(())  # no further round is begun; those that are played end by themselves
            raise


def _seen(host: LabHost) -> list[str]:
    return sorted(host.run(_WITNESS, 120).stdout.splitlines())


@contextmanager
def _at_work(host: LabHost, one: Round) -> Iterator[None]:
    """Have the users swap what stands in the places for as long as the block lasts."""
    program = base64.b64encode(_HOSTILE.encode()).decode()
    host.run(f"echo {program} | base64 -d >/srv/hostile.pl; chmod 644 /srv/hostile.pl")
    places = " ".join(PLACES)
    for turn, user in enumerate(one.users):
        host.run(
            f"systemd-run --quiet --collect --unit=hostile-{user} --uid={user} --gid={user}"
            f" -p SupplementaryGroups=ward -p CPUQuota=40% perl /srv/hostile.pl {one.seed + turn} "
            f"{places}"
        )
    try:
        yield
    finally:
        host.run("systemctl stop 'hostile-*'")


def _by_guard(host: LabHost, one: Round) -> list[str]:
    """Keep, put right with what roles run, and go back in one of the ways."""
    asked = Asked(host, kept=f"20260101T000000Z-{one.number:04d}")
    paths = [f"{place}/{name}" for place in PLACES for name in NAMES]
    things = (
        *(f"attributes={path}" for path in (*paths, *PLACES)),
        "file=/home/eve/.bashrc",
        "file=/etc/lab.conf",
    )
    answer = asked.prepare(*things, "attributes=/etc/lab-watched", seconds=100)
    if isinstance(answer, Unseen):
        return [f"not armed: {answer}"]
    done = host.run(_work(paths), 100)
    words = [f"roles: {done.returncode} {done.stderr[-300:]}"] if done.returncode else []
    match one.end:
        case "take-back":
            asked.roll_back()
        case "some-back":
            asked.roll_back(*things[:20])
            asked.roll_back()
        case "restore":
            asked.run_out()
        case _:
            asked.confirm()
            asked.undo(over=one.end == "undo-over")
    if one.end != "undo" and not asked.wait_for("restored", BOUND):
        words.append(f"never restored: {asked.state()}")
    return [*words, *_back(host)]


def _work(paths: Sequence[str]) -> str:
    """Return a script that does what the roles do."""
    named = shlex.join([*paths, *PLACES])
    sorts = (
        "world_writable_files",
        "world_writable_directories",
        "directories_of_others",
        "special_bits",
    )
    return "\n".join(
        (
            "set -e",
            guard.paths(),
            "chmod 644 /etc/lab-watched; echo retries 3 >/etc/lab.conf",
            *(f"paths find {sort} {named} >/dev/null 2>&1" for sort in sorts),
            (
                "paths home private 0750 >/dev/null 2>&1; paths home start_files_private 0740"
                " >/dev/null 2>&1"
            ),
            f"printf '%s\\0' {named} | paths fit f 0640 root root >/dev/null 2>&1",
        )
    )


def _back(host: LabHost) -> list[str]:
    """Return what of root's own did not go back."""
    found = host.run("cat /etc/lab.conf; stat -c %a /etc/lab-watched").stdout.split()
    return [] if found == ["retries", "9", "600"] else [f"not back: {found}"]


def _by_engine(host: LabHost, one: Round, folder: Path) -> list[str]:
    """Apply with an engine: to its end, with a kind that fails, or with a controller that is
    killed.
    """
    folder.mkdir(parents=True)
    write_policy(folder, *_rules(failing=one.end == "failing"))
    write_inventory(folder, {"one": reach(host)})
    program = Program(folder)
    words = ("--unsigned", "--yes", "--json", "--confirm-within", str(WITHIN), "--engine", one.how)
    with program.start("apply", "-i", "inventories", *words) as process:
        if one.end == "killed":
            _until_armed(host)
            process.kill()
        _out, err = process.communicate(timeout=BOUND)
    for _ in range(240):
        if host.run("! [ -L /var/lib/tuile/active ]").returncode == 0:
            break
        time.sleep(0.5)
    else:
        return ["armed for ever"]
    if one.end == "confirmed":
        done = program.start("undo", "--last", "--yes", "-i", "inventories")
        with done:
            done.communicate(timeout=BOUND)
    return [f"program: {err[-300:]}"] if "Traceback" in err else []


def _until_armed(host: LabHost) -> None:
    for _ in range(300):
        if host.run("ls /var/lib/tuile/*/state.armed").returncode == 0:
            return
        time.sleep(0.1)


def _rules(*, failing: bool) -> tuple[Rule, ...]:
    sorts = (
        "world_writable_files",
        "world_writable_directories",
        "directories_of_others",
        "special_bits",
    )
    patterns = [f"{place}/*" for place in PLACES]
    return (
        *(
            rule(sort.replace("_", "-"), "find", what=sort, approved=["/srv/open"])
            for sort in sorts
        ),
        rule("homes-private", "home", aspect="private"),
        rule("start-files-private", "home", aspect="start_files_private", mode="0740"),
        rule(
            "files-of-root", "files", paths=patterns, mode="0640", owners=["root"], groups=["root"]
        ),
        rule("retries-few", "config_option", file="/etc/lab.conf", key="retries", value="3"),
        rule("note-tight", "file", path=f"{_TMP[0]}/a", exists=None, mode="0600"),
        *(
            (rule("fails", "file", path="/etc/hosts", type="directory", mode="0700"),)
            if failing
            else ()
        ),
    )
