"""Packages of another Debian release, unpacked beside this machine's own and never installed."""

from __future__ import annotations

from pathlib import Path

from tests.lab.shell import command


def fetch(package: str, folder: Path, release: str = "trixie") -> tuple[Path, str]:
    """Fetch a package of a release into a new folder, unpack it there, and return where, and its version.

    Raises:
        LabError: there is none, or the mirror does not answer.

    """
    for name in ("parts", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "parts" / f"{release}.sources").write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {release}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    places = {"Etc::SourceList": "/dev/null", "Etc::SourceParts": folder / "parts"}
    places |= {"State::Lists": folder / "lists", "Cache": folder / "cache"}
    options = [word for name, place in places.items() for word in ("-o", f"Dir::{name}={place}")]
    for words in (["update"], ["download", package]):
        command("env", f"--chdir={folder}", "apt-get", "-qq", *options, "-o", "APT::Sandbox::User=root", *words)
    found = next(folder.glob(f"{package}_*.deb"))
    command("dpkg", "-x", str(found), str(folder / "unpacked"))
    return folder / "unpacked", found.name.split("_")[1]


def _mirror() -> str:
    """Return where this machine takes its own Debian packages from."""
    listed = command("apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(SUITE)", "Created-By: Packages")
    rows = (line.split() for line in listed.splitlines())
    return next(site for site, origin, suite in rows if origin == "Debian" and "-" not in suite)
