"""The lines of accounts go back as they were, around what others changed, and those that packages
bring go.
"""

from __future__ import annotations

import pytest

from tests.guard.ask import Asked

pytestmark = pytest.mark.lab
FILES = "/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid"
READ = f"cat {FILES} 2>/dev/null; stat -c '%n %a %u:%g %Y' {FILES} 2>/dev/null"
BACKUPS = tuple(
    f"file=/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")
)
MADE = "useradd --system --no-create-home --groups adm _made && groupadd --system _mine"


def test_accounts_that_a_package_made_go_from_all_files(asked: Asked) -> None:
    """Nothing of them stays in passwd, shadow, group or gshadow, nor in the groups of others; times
    are as before.
    """
    before = asked.host.run(READ).stdout
    asked.prepare("packages=all", "accounts=all", *BACKUPS)
    done = asked.host.run(MADE)
    assert done.returncode == 0, done.stderr
    assert asked.roll_back().trouble == ()

    assert asked.host.run(READ).stdout == before
    assert asked.host.run("pwck -rq; grpck -r").returncode == 0


def test_what_people_do_meanwhile_stays(asked: Asked) -> None:
    """A new account of a person, a new member of a group and a new password are theirs; a lock goes
    all the same.
    """
    asked.host.run("echo deploy:one | chpasswd")
    asked.prepare("accounts=all")
    done = asked.host.run(
        "usermod --lock --shell /usr/sbin/nologin ops && useradd --create-home anna && usermod "
        "-aG adm anna"
        f"; echo 'deploy:another one' | chpasswd; usermod --lock deploy; {MADE}"
    )
    assert done.returncode == 0, done.stderr
    new = asked.host.run("grep ^deploy: /etc/shadow").stdout.replace(":!", ":")
    asked.roll_back()

    assert asked.host.run("grep ^deploy: /etc/shadow").stdout == new
    seen = asked.host.run(
        "getent passwd ops | cut -d: -f7; id -nG anna; id -u _made; getent group _mine"
    ).stdout
    assert seen.split() == ["/bin/bash", "anna", "adm"]


def test_a_new_password_is_no_reason_to_leave_the_rest(asked: Asked) -> None:
    """An undo takes back what was set for an account, and leaves the password that its owner has
    chosen since.
    """
    asked.host.run("echo ops:one | chpasswd")
    asked.prepare("account=ops")
    asked.host.run("chage --maxdays 90 ops")
    asked.confirm()
    asked.host.run("echo ops:two | chpasswd")
    new = asked.host.run("grep ^ops: /etc/shadow | cut -d: -f2").stdout
    assert [change.changed_since for change in asked.compare().changes] == [False]
    asked.undo()

    assert (
        asked.host.run("grep ^ops: /etc/shadow | cut -d: -f2,5").stdout == f"{new.strip()}:99999\n"
    )


def test_who_holds_the_lock_of_the_accounts_is_waited_for(asked: Asked) -> None:
    """A program that is writing them has written first."""
    asked.prepare("account=ops")
    asked.host.run("usermod --shell /bin/sh ops")
    hold = (
        "sysopen F, q(/etc/.pwd.lock), 1; fcntl F, 6, pack q(s s x![q] q q i x![q]), 1, 0, 0, 0, 0"
        " or die; sleep 4"
    )
    asked.host.run(
        f"systemd-run --quiet --collect perl -e '{hold}; system q(chfn -f Ops deploy)'; sleep 0.5"
    )
    asked.roll_back()

    seen = asked.host.run("getent passwd ops deploy | cut -d: -f5,7").stdout.splitlines()
    assert seen[0].endswith(":/bin/bash")
