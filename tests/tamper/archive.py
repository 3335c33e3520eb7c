"""The archive of security updates of a host: signed, nothing new in it at first, later newer
versions of packages.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from tests.lab import LabHost
from tests.lab.shell import LabError, command

LATER = ("chrony", "cron", "logrotate", "openssh-server", "sudo")
"""What comes in a newer version: a daemon of root, the way in, the way to become root, with
configuration of theirs.
"""
PLACE = "/usr/local/share/lab-security"
KEYRING = "/usr/share/keyrings/lab.gpg"
"""That of the lab's other archive; the key of this one is put beside the one that is in it."""
_SOURCE = f"deb [signed-by={KEYRING}] file:{PLACE} ./"
_RELEASE = """Origin: Debian
Label: Debian-Security
Suite: {suite}
Codename: {codename}-security
Date: {date}
SHA256:
 {digest} {size} Packages
"""
_NEWER = r"""
newer() {
  rm -rf /root/newer
  dpkg-deb --raw-extract "$1" /root/newer
  sed -i 's/^Version: .*/&+later1/' /root/newer/DEBIAN/control
  while read -r conffile; do
    [ ! -f "/root/newer$conffile" ] || echo '# as it comes with the later version' >> "/root/newer$conffile"
  done < /root/newer/DEBIAN/conffiles
  dpkg-deb -Znone --build /root/newer . >&2
}
"""
_PACKAGES = r"""
for deb in *.deb; do
  [ -e "$deb" ] || continue
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done > Packages
cat Packages
"""
_SUITES = {"bookworm": "oldstable-security", "trixie": "stable-security"}


class Security:
    """One archive, with a key of its own in a folder of this machine."""

    def __init__(self, host: LabHost, folder: Path) -> None:
        self._host, self._home = host, folder
        folder.mkdir(mode=0o700)
        self._gpg("--passphrase", "", "--quick-generate-key", "security", "ed25519", "sign")
        self._gpg("--export", "--output", str(folder / "key.gpg"))

    def found(self) -> None:
        """Make it a source of the host, as apt sees it from then on, with nothing newer than what
        is there.

        Raises:
            LabError: apt does not take it.

        """
        key = b64encode((self._home / "key.gpg").read_bytes()).decode()
        self._run(f"echo {key} | base64 -d >> {KEYRING}; echo '{_SOURCE}' >> /etc/apt/sources.list")
        self._publish("cp ../lab-packages/logrotate_*.deb .")

    def publish_later_versions(self) -> None:
        """Put newer versions of some of the host's packages in it, each with other files of
        configuration.

        Raises:
            LabError: one could not be built.

        """
        debs = "; ".join(f"newer ../lab-packages/{name}_*.deb" for name in LATER)
        self._publish(f"{_NEWER}{debs}; rm -r /root/newer")

    def close(self) -> None:
        """End the program that keeps the key."""
        command("gpgconf", "--homedir", str(self._home), "--kill", "gpg-agent")

    def _publish(self, build: str) -> None:
        packages = self._run(f"mkdir -p {PLACE}; cd {PLACE}\n{build}\n{_PACKAGES}").encode()
        unsigned = _RELEASE.format(
            suite=_SUITES[self._host.release],
            codename=self._host.release,
            date=datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S UTC"),
            digest=hashlib.sha256(packages).hexdigest(),
            size=len(packages),
        )
        (self._home / "Release").write_text(unsigned)
        self._gpg(
            "--yes",
            "--output",
            str(self._home / "InRelease"),
            "--clearsign",
            str(self._home / "Release"),
        )
        signed = (self._home / "InRelease").read_text()
        self._run(f"cat > {PLACE}/InRelease <<'END'\n{signed}END\napt-get -qq update")

    def _gpg(self, *argv: str) -> None:
        command("gpg", "--homedir", str(self._home), "--quiet", "--batch", *argv)

    def _run(self, script: str) -> str:
        done = self._host.run(f"set -e\n{script}", 300)
        if done.returncode:
            raise LabError(f"{self._host.name}: {done.stderr.strip()[-500:]}")
        return done.stdout
