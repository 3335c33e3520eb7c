"""Packages go back to what they were, however far apt came."""

from __future__ import annotations

import pytest

from tests.guard.ask import Asked, refused

pytestmark = pytest.mark.lab


def test_a_package_that_no_source_offers_is_not_removed(asked: Asked) -> None:
    """Its removal could not be undone: it is refused before anything is changed, unless that was
    agreed to.
    """
    asked.host.run("rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; apt-get -qq update")

    assert refused(asked.prepare("removes=fish", "packages=all"), "no longer offers fish")
    assert isinstance(asked.prepare("removes=fish", "packages=all", irreversible=True), str)
    asked.confirm()


def test_an_upgraded_package_goes_back(asked: Asked) -> None:
    """A package that came along in a newer version has the version again that it had."""
    asked.host.run("apt-get -qq -y install rsync")
    before = asked.host.run("dpkg-query --show rsync").stdout
    asked.prepare("removes=rsync", "packages=all")
    newer = (
        "sed -i 's/^Version: .*/&+newer/' new/DEBIAN/control && dpkg-deb --build new newer.deb &&"
        " dpkg -i newer.deb"
    )
    built = asked.host.run(
        "umask 022; cd /tmp && apt-get -qq download rsync && dpkg-deb --raw-extract rsync_*.deb"
        f" new && {newer}"
    )
    assert "+newer" in asked.host.run("dpkg-query --show rsync").stdout, built.stderr

    asked.roll_back()
    assert asked.host.run("dpkg-query --show rsync").stdout == before


_BUILD = """
umask 022; mkdir -p /tmp/slow/DEBIAN /tmp/slow/usr/share/slow && cd /tmp && echo x >slow/usr/share/slow/x
printf 'Package: slow\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' >slow/DEBIAN/control
printf '#!/bin/sh\\nuseradd --system _slow; touch /var/lib/systemd/timers/stamp-slow.timer; %s\\n' >slow/DEBIAN/postinst
chmod 755 slow/DEBIAN/postinst; dpkg-deb --build slow slow.deb
"""


@pytest.mark.parametrize(
    "script", ["sleep 8", "exit 1", "kill -9 $PPID"], ids=["goes on", "fails", "is killed"]
)
def test_a_package_that_is_half_there_goes(asked: Asked, script: str) -> None:
    """What apt is still unpacking, or has left half configured, is finished and goes, with the
    account that it made.
    """
    look = (
        "dpkg --audit; cat /etc/passwd /etc/shadow /etc/group /etc/gshadow; ls"
        " /var/lib/systemd/timers; dpkg -l slow"
    )
    before = asked.host.run(look).stdout
    built = asked.host.run(_BUILD % script)
    asked.prepare("removes=slow", "packages=all", "accounts=all")
    asked.host.run("systemd-run --quiet --collect apt-get -y install /tmp/slow.deb; sleep 3")
    assert "slow" in asked.host.run("dpkg-query --show slow").stdout, built.stderr

    assert asked.roll_back().trouble == ()
    assert asked.host.run(look).stdout == before
