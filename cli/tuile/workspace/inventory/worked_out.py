"""What an inventory says of each host, once templates are filled in and encrypted values are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tuile.policy.errors import PolicyMistakes
from tuile.workspace.inventory import ask
from tuile.workspace.inventory.aliases import bombs
from tuile.workspace.inventory.ask import Reading
from tuile.workspace.inventory.of_hosts import BOUNDLESS, of_hosts
from tuile.workspace.inventory.programs import sources_of
from tuile.workspace.inventory.remember import files_of
from tuile.workspace.inventory.templates import Fields
from tuile.workspace.inventory.variables import holds_secret
from tuile.workspace.inventory.vault import HEADER, Vault


def worked_out(source: str, reading: Reading) -> dict[str, Any]:
    """Return the groups, and of the host variables those that Tuile uses, with their templates
    filled in.

    Raises:
        PolicyMistakes: Ansible cannot read the source.

    """
    files = [*files_of(source)]
    grown = bombs(files)
    if grown:
        raise PolicyMistakes(grown)
    answer = ask.whole(source, reading, files)
    groups, written = _groups(answer), answer.get("_meta", {}).get("hostvars", {})
    names = sorted(
        {*written, *groups["all"], *(host for members in groups.values() for host in members)}
    )
    scopes = _with_magic({name: written.get(name, {}) for name in names}, groups, source)
    fields = Fields(scopes, groups, partial(_opened, reading.vault, files))
    hosts, wrong, lookups = {}, {}, {}
    for name, of in zip(names, of_hosts(fields, names), strict=True):
        hosts[name], wrong[name], lookups[name] = of
    fleeting = HEADER in str(written) or any(map(holds_secret, hosts.values()))
    if reading.programs and any(wrong.values()):
        fleeting = True
        _ask_ansible(source, reading, hosts, wrong)
        lookups = {}
    plain = {name: members for name, members in groups.items() if name != "all"}
    return {
        "groups": plain,
        "hosts": hosts,
        "wrong": wrong,
        "lookups": lookups,
        "fleeting": fleeting,
    }


def _ask_ansible(
    source: str, reading: Reading, hosts: dict[str, Any], wrong: dict[str, dict[str, str]]
) -> None:
    """Let Ansible itself work out what is left, where its own programs may run."""
    left = {
        name: [*hosts[name], *those] for name, those in wrong.items() if those and not _shut(those)
    }
    for name, said in (ask.variables(source, reading, left) if left else {}).items():
        if isinstance(said, str):
            wrong[name] = dict.fromkeys(
                wrong[name], f"{', '.join(wrong[name])} cannot be worked out: {said}"
            )
        else:
            hosts[name], wrong[name] = dict(said), {}


def _shut(wrong: Mapping[str, str]) -> bool:
    """Return whether Ansible could not work them out either: a vault stays shut, or a template
    never ends.
    """
    return any("ansible-vault" in words or words.endswith(BOUNDLESS) for words in wrong.values())


def _opened(vault: Vault, files: Iterable[Path], text: str) -> str:
    """Return what an encrypted value holds; where it stays shut, the words say in which file it
    stands.
    """
    try:
        return vault.open(text)
    except ValueError as error:
        first = text.splitlines()[1:2]
        readable = [path for path in files if path.is_file()] if first else []
        found = (
            path
            for path in readable
            if first[0] in path.read_text(encoding="utf-8", errors="replace")
        )
        raise ValueError(
            "".join([str(error), *(f" (it stands in {path})" for path in [*found][:1])])
        ) from None


def _groups(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    children = {name: group for name, group in answer.items() if name != "_meta"}
    groups = {name: sorted(_members(name, children, ())) for name in children}
    everybody = {*groups.get("all", ()), *answer.get("_meta", {}).get("hostvars", {})}
    return {**groups, "all": sorted(everybody)}


def _members(name: str, groups: Mapping[str, Any], above: tuple[str, ...]) -> set[str]:
    group = groups.get(name, {})
    found = set(group.get("hosts", ()))
    for child in group.get("children", ()):
        if child not in above:
            found |= _members(child, groups, (*above, name))
    return found


def _with_magic(
    written: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Sequence[str]], source: str
) -> dict[str, dict[str, Any]]:
    """Return the variables of each host with those that Ansible adds: the names of the host, its
    groups, its file.
    """
    of_host: dict[str, list[str]] = {name: [] for name in written}
    for group in sorted(groups):
        for name in groups[group] if group != "all" else ():
            of_host[name].append(group)
    files = [*sources_of(source)]
    texts = {
        path: path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()
    }
    return {
        name: {**mine, **_place(name, files, texts), **_names(name), "group_names": of_host[name]}
        for name, mine in written.items()
    }


def _names(name: str) -> dict[str, str]:
    return {
        "inventory_hostname": name,
        "inventory_hostname_short": (
            name if name.replace(".", "").isdigit() else name.partition(".")[0]
        ),
        "playbook_dir": str(Path.cwd()),
    }


def _place(name: str, files: Sequence[Path], texts: Mapping[Path, str]) -> dict[str, str]:
    """Return the magic variables of the file that names a host first, where that can be told."""
    first = (
        next((path for path in files if name in texts.get(path, "")), None)
        if len(files) > 1
        else None
    )
    folders = {path.parent for path in files}
    if first is None and len(files) != 1:
        return {"inventory_dir": str(folders.pop())} if len(folders) == 1 else {}
    found = first or files[0]
    return {"inventory_file": str(found), "inventory_dir": str(found.parent)}
