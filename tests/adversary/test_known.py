"""Ways in which a user once became root, or stopped an apply, each in its shortest form."""

from __future__ import annotations

import pytest

from tests.guard.ask import Asked
from tests.lab import LabHost
from tuile.platforms.linux import guard

pytestmark = pytest.mark.lab
_HOME = "/home/nosudo"
_WATCHED = (
    "cd / && stat -c '%n %a %U:%G' /etc/passwd /etc/shadow /usr/bin/passwd /etc/issue && cat"
    " /etc/passwd /etc/shadow"
)


def _as_user(host: LabHost, script: str) -> None:
    done = host.run(f"runuser -u nosudo -- sh -ec {_quoted(f'cd {_HOME}; {script}')}")
    assert done.returncode == 0, done.stderr


def _quoted(script: str) -> str:
    return "'" + script.replace("'", "'\\''") + "'"


def _role(host: LabHost, *words: str) -> str:
    done = host.run(f"{guard.paths()}\npaths {' '.join(words)}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_planted_link_is_not_written_through(lab_host: LabHost) -> None:
    """A start file that goes back does not go through names that its owner planted, and gives
    nobody an account.
    """
    before = lab_host.run(_WATCHED).stdout
    _as_user(
        lab_host,
        "{ cat /etc/passwd; echo 'toor:x:0:0::/root:/bin/sh'; } >.bashrc; chmod 644 .bashrc",
    )
    asked = Asked(lab_host)
    asked.prepare(f"file={_HOME}/.bashrc", f"attributes={_HOME}/.profile")
    _as_user(
        lab_host, "for i in $(seq 60); do ln -sf /etc/passwd .tuile-$i~; done; echo more >>.bashrc"
    )
    _as_user(lab_host, "ln -sf /etc/issue .profile")

    asked.roll_back()
    assert lab_host.run(_WATCHED).stdout == before


@pytest.mark.parametrize("target", ["/etc/shadow", "/usr/bin/passwd", "/etc"])
def test_mode_and_owner_go_back_to_nothing_but_what_had_them(
    lab_host: LabHost, target: str
) -> None:
    """Where a link stands by now in the place of a user's file, what it leads to stays as it is."""
    before = lab_host.run(_WATCHED).stdout
    _as_user(lab_host, "echo x >a; chmod 666 a; mkdir d; chmod 777 d")
    asked = Asked(lab_host)
    asked.prepare(f"attributes={_HOME}/a", f"attributes={_HOME}/d")
    assert _role(lab_host, "find", "world_writable_files", f"{_HOME}/a") == f"{_HOME}/a\n"
    _as_user(lab_host, f"ln -sfT {target} a; rmdir d; ln -sT {target} d")

    asked.roll_back()
    assert lab_host.run(_WATCHED).stdout == before


def test_an_undo_does_not_follow_a_link_either(lab_host: LabHost) -> None:
    """The same after a confirmed apply, with and without what others changed."""
    before = lab_host.run(_WATCHED).stdout
    _as_user(lab_host, "echo x >a; chmod 666 a")
    asked = Asked(lab_host)
    asked.prepare(f"attributes={_HOME}/a")
    _role(lab_host, "find", "world_writable_files", f"{_HOME}/a")
    asked.confirm()
    _as_user(lab_host, "ln -sfT /etc/shadow a")

    asked.undo(over=True)
    assert lab_host.run(_WATCHED).stdout == before


def test_nobody_holds_an_apply_up(lab_host: LabHost) -> None:
    """A giant, a FIFO, a name with a line end and a file that vanished are left, and the rest is
    put right.
    """
    _as_user(
        lab_host,
        "truncate -s 200G .bash_login; rm -f .profile; mkfifo .profile; ln -s /etc/issue .zshrc",
    )
    _as_user(lab_host, "touch .bashrc; chmod 666 .bashrc .bash_login; echo x >a; chmod 666 a")
    asked = Asked(lab_host)
    names = (".bash_login", ".profile", ".zshrc", ".bashrc", "a", "gone")
    answer = asked.prepare(*(f"file={_HOME}/{name}" for name in names), seconds=60)
    assert isinstance(answer, str), answer

    found = _role(
        lab_host,
        "find",
        "world_writable_files",
        *(f"{_HOME}/{name}" for name in ("gone", ".profile", "a")),
    )
    narrowed = _role(
        lab_host, "home", "start_files_private", "0740", "deploy", "ops", "fishy", "cshy", "tuile"
    )
    asked.roll_back()

    assert found == f"{_HOME}/a\n"
    assert f"mode of {_HOME}/.bashrc\n" in narrowed
    assert f"mode of {_HOME}/.bash_login\n" in narrowed
    assert ".zshrc" not in narrowed
    assert asked.state() == "restored"


def test_a_home_that_is_open_to_all_stays_its_owners(lab_host: LabHost) -> None:
    """A folder of others that all may write becomes root's; a home does not, as its account would
    be shut out.
    """
    lab_host.run(f"chmod 777 {_HOME}; install -d -o nosudo -m 1777 /srv/drop")

    assert _role(lab_host, "find", "directories_of_others", _HOME, "/srv/drop") == "/srv/drop\n"
    assert lab_host.run(f"stat -c %U {_HOME} /srv/drop").stdout.split() == ["nosudo", "root"]


def test_a_home_that_is_none_is_left(lab_host: LabHost) -> None:
    """What its account does not own, and what is a link, keeps its mode."""
    lab_host.run(
        "mkdir /srv/shared /srv/med; chmod 775 /srv/shared; chmod 755 /srv/med;"
        "useradd -M -d /usr/local -s /bin/sh one;"
        "useradd -M -d /home/two -s /bin/sh two; ln -s /srv/shared /home/two; useradd -M -d "
        "/srv/med -s /bin/sh three;"
        "useradd -M -d / -s /bin/sh four; useradd -m -s /bin/sh five; chmod 777 /home/five"
    )
    spared = ("deploy", "ops", "nosudo", "fishy", "cshy", "tuile", "bris-de-glace")

    assert _role(lab_host, "home", "private", "0750", *spared) == "mode of /home/five\n"
    seen = lab_host.run("stat -c %a / /usr/local /srv/shared /srv/med /home/five").stdout.split()
    assert seen == ["755", "755", "775", "755", "750"]
