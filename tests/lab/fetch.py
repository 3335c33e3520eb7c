"""Packages of a Debian release: one unpacked beside this machine's own, or those that a tree lacks
to install some.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.lab.shell import command
from tests.lab.tree import alone, base_tree, cache_dir


def fetch(package: str, folder: Path, release: str = "trixie") -> tuple[Path, str]:
    """Fetch a package of a release into a new folder, unpack it there, and return where, and its
    version.

    Raises:
        LabError: there is none, or the mirror does not answer.

    """
    options = _options(folder, release)
    for words in (["update"], ["download", package]):
        command("env", f"--chdir={folder}", "apt-get", *options, *words)
    found = next(folder.glob(f"{package}_*.deb"))
    command("dpkg", "-x", str(found), str(folder / "unpacked"))
    return folder / "unpacked", found.name.split("_")[1]


def packages_for(release: str, packages: Iterable[str]) -> Path:
    """Return a folder with these packages and all that a full tree of the release lacks for them;
    kept like trees.

    Raises:
        LabError: there are none, or the mirror does not answer.

    """
    wanted, tree = sorted(packages), base_tree(release, "full")
    home = cache_dir() / "packages"
    digest = hashlib.sha256(f"{tree.name} {wanted}".encode()).hexdigest()[:12]
    final, building = home / f"{release}-{digest}", home / f"{release}.building"
    home.mkdir(parents=True, exist_ok=True)
    with alone(home / f"{release}.lock"):
        if not final.is_dir():
            shutil.rmtree(building, ignore_errors=True)
            options = [
                *_options(building, release),
                "-o",
                f"Dir::State::status={tree}/var/lib/dpkg/status",
            ]
            command("apt-get", *options, "update")
            command(
                "apt-get",
                *options,
                "-y",
                "--no-install-recommends",
                "--download-only",
                "install",
                *wanted,
            )
            shutil.rmtree(building / "cache/archives/partial")
            (building / "cache/archives/lock").unlink()
            (building / "cache/archives").rename(final)
            shutil.rmtree(building)
    return final


def _options(folder: Path, release: str) -> list[str]:
    """Have apt-get know one release only, and keep in a new folder what it learns and fetches."""
    for name in ("parts", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "parts" / f"{release}.sources").write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {release}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    places = {"Etc::SourceList": "/dev/null", "Etc::SourceParts": folder / "parts"}
    places |= {"State::Lists": folder / "lists", "Cache": folder / "cache"}
    options = [word for name, place in places.items() for word in ("-o", f"Dir::{name}={place}")]
    return ["-qq", *options, "-o", "APT::Sandbox::User=root"]


def _mirror() -> str:
    """Return where this machine takes its own Debian packages from; it may never have asked what is
    there.
    """
    if not (found := _listed_mirrors()):
        command("apt-get", "-qq", "update")
        found = _listed_mirrors()
    return found[0]


def _listed_mirrors() -> list[str]:
    listed = command(
        "apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(SUITE)", "Created-By: Packages"
    )
    rows = (line.split(" ") for line in listed.splitlines())
    return [site for site, origin, suite in rows if origin == "Debian" and "-" not in suite]
