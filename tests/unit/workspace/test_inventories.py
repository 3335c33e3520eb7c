"""An inventory of a policy repository is data until its user trusts it; one from elsewhere is the
user's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.signing.made import allow, key
from tuile.policy.errors import PolicyMistakes, Refused
from tuile.signing import authority
from tuile.workspace import inventories
from tuile.workspace.policy_repository import Request
from tuile.workspace.prepare import Workspace, prepare
from tuile.workspace.release import Naming, ReleaseRequirement, sign, trust

ASSIGN = "assign: [{to: all, baseline: linux-server, level: minimal}]\n"
HOSTS = "all: {hosts: {h1: {ansible_host: 192.0.2.1}}}\n"


class Fetched:
    """A policy repository that was fetched from somewhere, as the working directory."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "fetched"
        self.canary = folder / "canary"
        self.write(".git/config", "")
        self.write("inventories/site/policy.yaml", ASSIGN)
        self.write("inventories/site/hosts.yml", HOSTS)

    def write(self, name: str, text: str | bytes, mode: int = 0o644) -> None:
        """Write a file of it."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)

    def host(self, **variables: str) -> None:
        """Give its only host variables."""
        lines = "".join(f"\n      {name}: {value}" for name, value in variables.items())
        self.write("inventories/site/hosts.yml", f"all:\n  hosts:\n    h1:{lines}\n")

    @property
    def script(self) -> str:
        """Return a script that leaves a trace."""
        return f'#!/bin/sh\ntouch {self.canary}\necho \'{{"all": {{"hosts": ["h1"]}}}}\'\n'

    def prepare(
        self, demand: ReleaseRequirement | None = None, limit: str | None = None
    ) -> Workspace:
        """Prepare what a check does, or an apply."""
        return prepare(Request(inventory="inventories/site", demand=demand, limit=limit))

    def refusal(self, demand: ReleaseRequirement | None = None) -> str:
        """Return why that is refused."""
        with pytest.raises(Refused) as caught:
            self.prepare(demand)
        assert not self.canary.exists()
        return str(caught.value)


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetched:
    """Return such a repository, away from the user's own files."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    found = Fetched(tmp_path)
    monkeypatch.chdir(found.home)
    return found


def constructed(it: Fetched) -> str:
    """Have a plugin work out templates."""
    pipe = f"lookup('ansible.builtin.pipe', 'touch {it.canary}')"
    it.write(
        "inventories/site/z.yml", f'plugin: ansible.builtin.constructed\ncompose: {{x: "{pipe}"}}\n'
    )
    return "inventories/site/z.yml: configures a plugin"


def lookup(it: Fetched) -> str:
    """Have a variable ask a lookup."""
    it.host(ansible_host=f"\"{{{{ lookup('pipe', 'touch {it.canary}') }}}}\"")
    return "h1: ansible_host: "


def proxy_command(it: Fetched) -> str:
    """Have ssh start a program, in a template."""
    it.host(x=f'"touch {it.canary}"', ansible_ssh_common_args="-o 'Proxy{{ \"Command\" }}={{ x }}'")
    return "h1: ProxyCommand=touch "


def configuration(it: Fetched) -> str:
    """Have ssh read a configuration that runs something."""
    it.write("config", f'Match exec "touch {it.canary}"\n')
    it.host(ansible_ssh_common_args="-F ./config")
    return "h1: -F ./config"


def settings(it: Fetched) -> str:
    """Have Ansible load a plugin of variables."""
    it.write("ansible.cfg", "[defaults]\nhome = ./h\n")
    it.write("h/plugins/vars/evil.py", f"open({str(it.canary)!r}, 'w')\n")
    return "ansible.cfg: sets home"


def local(it: Fetched) -> str:
    """Call this machine a host."""
    it.host(ansible_connection="local")
    return "h1: ansible_connection: local"


def dynamic(it: Fetched) -> str:
    """Have a script say the hosts."""
    it.write("inventories/site/hosts.yml", it.script, 0o755)
    return "hosts.yml: is executable"


def linked_folder(it: Fetched) -> str:
    """Have it in a folder elsewhere."""
    it.write("../elsewhere/script", it.script, 0o755)
    (it.home / "inventories/site/sub").symlink_to(it.home.parent / "elsewhere")
    return "inventories/site/sub/script: is executable"


def linked_inventory(it: Fetched) -> str:
    """Have the whole inventory elsewhere."""
    it.write("../elsewhere/script", it.script, 0o755)
    it.write("../elsewhere/policy.yaml", ASSIGN)
    (it.home / "inventories/site").rename(it.home / "inventories/old")
    (it.home / "inventories/site").symlink_to(it.home.parent / "elsewhere")
    return "script: is executable"


WAYS = (
    constructed,
    lookup,
    proxy_command,
    configuration,
    settings,
    local,
    dynamic,
    linked_folder,
    linked_inventory,
)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_starts_before_it_is_trusted(
    fetched: Fetched, way: Callable[[Fetched], str]
) -> None:
    """What would start is named with its place, and how to trust it; so on an apply of what nobody
    signed.
    """
    named = way(fetched)

    for demand in (None, ReleaseRequirement()):
        said = fetched.refusal(demand)
        assert named in said
        assert "tuile trust" in said


@pytest.mark.parametrize("way", [proxy_command, dynamic, settings])
def test_what_is_trusted_starts(fetched: Fetched, way: Callable[[Fetched], str]) -> None:
    """Until anything of it changes, in whatever file that says how hosts are reached."""
    way(fetched)
    trust(fetched.home)

    assert list(fetched.prepare().targets) == ["h1"]
    fetched.canary.unlink(missing_ok=True)
    fetched.write("inventories/site/group_vars/all.yml", "x: 1\n")
    assert "tuile trust" in fetched.refusal()


def test_data_needs_no_trust(fetched: Fetched) -> None:
    """Hosts, jumps, keys, templates; nor does what other hosts than those asked for would start."""
    fetched.write(
        "inventories/site/hosts.yml",
        "all:\n  hosts:\n    h1: {ansible_host: '{{ net }}.1', net: 192.0.2, "
        "ansible_ssh_common_args: -J b -o Port=1}\n"
        "    localhost: {ansible_connection: local}\n",
    )

    found = fetched.prepare(limit="h1").targets["h1"]

    assert (found.address, dict(found.ssh_options)) == (
        "192.0.2.1",
        {"proxyjump": "b", "port": "1"},
    )
    assert "localhost: ansible_connection: local" in fetched.refusal()


def test_of_the_settings_in_a_repository_nothing_is_obeyed(fetched: Fetched) -> None:
    """Not even what is harmless; the user's own settings are, elsewhere."""
    fetched.write("ansible.cfg", "[defaults]\ninventory = elsewhere\nforks = 5\n")

    assert list(fetched.prepare().targets) == ["h1"]


def test_an_inventory_from_elsewhere_is_its_users_own(
    fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that lies in no policy repository runs, also where the working directory is one."""
    fetched.write("../own/script", fetched.script, 0o755)
    fetched.write("ansible.cfg", "[defaults]\nforks = 5\n")
    own = fetched.home.parent / "own/script"

    found = prepare(Request(inventory=str(own), baseline="linux-server"))

    assert list(found.targets) == ["h1"]
    assert fetched.canary.exists()
    monkeypatch.chdir(fetched.home.parent)
    assert inventories.owner(own) is None
    assert inventories.owner(fetched.home / "inventories/site/hosts.yml") == fetched.home


def test_a_bomb_of_aliases_ends(fetched: Fetched) -> None:
    """Before anybody writes them out."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    text = "\n".join(f"      {line}" for line in lines)
    fetched.write("inventories/site/hosts.yml", f"all:\n  hosts:\n    h1:\n{text}\n")

    with pytest.raises(PolicyMistakes, match="its aliases stand for more"):
        fetched.prepare()


@pytest.fixture
def released(
    fetched: Fetched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Return how to sign the repository, with or without its inventories; who runs the tests is
    taken for root.
    """
    monkeypatch.setenv("TUILE_AUTHORITY", str(tmp_path / "etc"))
    monkeypatch.setattr(authority, "ROOT", os.getuid())
    monkeypatch.setattr(authority, "_above", lambda path: iter([path.parent]))
    alice = key(tmp_path, "alice")
    allow(tmp_path / "etc", alice=alice)
    fetched.write(
        "baselines/own.yaml",
        "name: own\nversion: 1.0.0\ntitle: {fr: a, en: a}\nextends: [linux-server]\n",
    )

    def signing(*, whole: bool) -> None:
        sign(fetched.home, Naming("own", "1.0.0", whole), str(alice))

    return signing


def test_on_an_apply_what_is_signed_starts(fetched: Fetched, released: Callable[..., None]) -> None:
    """Scripts too, from the copy that was verified; trust is no signature."""
    dynamic(fetched)
    trust(fetched.home)
    released(whole=False)
    assert "which no signature covers" in fetched.refusal(ReleaseRequirement())
    released(whole=True)

    assert list(fetched.prepare(ReleaseRequirement()).targets) == ["h1"]
    fetched.canary.unlink()
    fetched.host(ansible_connection="local")
    assert "altered since: inventories/site/hosts.yml" in fetched.refusal(
        ReleaseRequirement(older=True)
    )


def test_signed_inventories_are_read_from_the_verified_copy(
    fetched: Fetched, released: Callable[..., None]
) -> None:
    """Assignments beside them too; an inventory elsewhere is refused."""
    fetched.host(ansible_host="'{{ inventory_dir }}'")
    released(whole=True)

    found = fetched.prepare(ReleaseRequirement())

    assert not found.targets["h1"].address.startswith(str(fetched.home))
    assert found.targets["h1"].address.endswith("/inventories/site")
    assert [plan.level.name for plan in found.plans.values()] == ["minimal"]
    fetched.write("../own/hosts.yml", HOSTS)
    with pytest.raises(Refused, match="lies outside of"):
        prepare(
            Request(
                inventory="../own/hosts.yml",
                home=fetched.home,
                baseline="own",
                demand=ReleaseRequirement(),
            )
        )
