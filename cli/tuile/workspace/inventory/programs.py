"""What of an inventory is executed when it is read, rather than read as data."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path

HARMLESS = frozenset(
    {
        *(
            "ansible_managed",
            "ask_pass",
            "ask_vault_pass",
            "become",
            "become_ask_pass",
            "become_method",
            "become_user",
        ),
        *(
            "cow_selection",
            "deprecation_warnings",
            "display_skipped_hosts",
            "force_color",
            "forks",
            "gathering",
        ),
        *(
            "host_key_checking",
            "interpreter_python",
            "inventory",
            "nocolor",
            "nocows",
            "pipelining",
            "poll_interval",
        ),
        *(
            "private_key_file",
            "remote_user",
            "retries",
            "retry_files_enabled",
            "scp_if_ssh",
            "system_warnings",
        ),
        *(
            "timeout",
            "transfer_method",
            "verbosity",
            "localhost_warning",
            "any_errors_fatal",
            "command_warnings",
        ),
    }
)
"""Settings of ansible.cfg that neither start anything nor change what an inventory says."""
_IGNORED = re.compile(
    r"^\.|^(host_vars|group_vars|vars_plugins)$|(~|\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry))$"
)
"""Names in a folder that Ansible passes over."""
_PLUGIN = re.compile(rb"""^(\{\s*)?["']?plugin["']?\s*:""", re.MULTILINE)
_SETTINGS = ("ansible.cfg", ".ansible.cfg")
_DEEP = 16


@dataclass(frozen=True)
class Program:
    """A file that is executed, or that says what is."""

    path: Path
    """As it is reached, links not resolved."""
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def programs(source: str) -> list[Program]:
    """Return what Ansible would execute to read an inventory: scripts, plugins, and settings that
    name code.
    """
    found = [Program(path, what) for path in sources_of(source) if (what := _why(path))]
    settings = settings_in_force()
    if settings is not None and (named := unusual_settings(settings)):
        found.append(Program(settings, f"sets {', '.join(named)}"))
    return found


def sources_of(source: str) -> Iterator[Path]:
    """Yield the files that Ansible takes hosts from, in its order; variables beside them are not
    among these.
    """
    if "," not in source:
        # Links are kept, as Ansible keeps them
        yield from _below(Path(os.path.abspath(source)), 0)  # noqa: PTH100


def settings_in_force() -> Path | None:
    """Return the ansible.cfg that Ansible obeys here, as it looks for it."""
    named = os.environ.get("ANSIBLE_CONFIG", "")
    first = Path(named).expanduser() if named else Path("ansible.cfg")
    places = (first / "ansible.cfg" if first.is_dir() else first, Path("ansible.cfg"))
    rest = (Path.home() / ".ansible.cfg", Path("/etc/ansible/ansible.cfg"))
    return next((path.absolute() for path in (*places, *rest) if path.is_file()), None)


def unusual_settings(path: Path) -> list[str]:
    """Return the names in an ansible.cfg of settings that may start something, or change what is
    read.
    """
    settings = ConfigParser(interpolation=None, inline_comment_prefixes=(";",), strict=False)
    try:
        settings.read(path)
    except (ConfigError, OSError, UnicodeError):
        return ["what cannot be read"]
    return sorted(
        {name for part in settings.sections() for name in settings[part] if name not in HARMLESS}
    )


def is_plugin(path: Path) -> bool:
    """Return whether a file is the configuration of an inventory plugin rather than an inventory."""
    return path.suffix in (".yml", ".yaml", ".json") and bool(_PLUGIN.search(path.read_bytes()))


def is_executable(path: Path) -> bool:
    """Return whether anybody may execute a file."""
    return bool(path.stat().st_mode & 0o111)


def _below(path: Path, depth: int) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    elif depth < _DEEP:
        for name in sorted(os.listdir(path)):  # noqa: PTH208 -- in the very order of Ansible
            if not _IGNORED.search(name):
                yield from _below(path / name, depth + 1)


def _why(path: Path) -> str:
    """Return why a file is no data, or ""."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "is no plain file"
        if is_executable(path):
            return "is executable"
        return "configures a plugin of Ansible" if is_plugin(path) else ""
    except OSError:
        return ""  # reading it will say so


def is_settings(path: Path) -> bool:
    """Return whether a file is named as the settings of Ansible."""
    return path.name in _SETTINGS
