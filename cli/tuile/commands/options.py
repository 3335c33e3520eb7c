"""Flags that several commands share, and how they become a request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click

from tuile.platforms.interface import Limits
from tuile.policy.change.pre_image import WITHIN
from tuile.policy.model import Level
from tuile.policy.target import Secret
from tuile.workspace.inventory import Vault
from tuile.workspace.policy_repository import Repository, Request
from tuile.workspace.release import ReleaseRequirement
from tuile.workspace.repository import find_home

Function = Callable[..., Any]
Option = Callable[[Function], Function]
PASSWORD_VARIABLE = "TUILE_BECOME_PASSWORD"  # noqa: S105 -- the name of a variable

REPO = click.option(
    "--repo",
    "home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Policy repository.",
)
_LEVELS = click.Choice([level.name for level in Level])

_FLEET = {
    "inventory": click.option(
        "-i",
        "--inventory",
        metavar="PATH",
        help="Ansible inventory: file, folder, script, or 'host1,host2,'.",
    ),
    "limit": click.option(
        "-l",
        "--limit",
        metavar="PATTERN",
        help="Only these hosts: names, groups, globs, 'a:&b', 'a:!b'.",
    ),
    "baseline": click.option(
        "--baseline",
        metavar="NAME[@VERSION]",
        help="Hold all hosts to this one, whatever policy.yaml assigns.",
    ),
    "level": click.option(
        "--level",
        type=_LEVELS,
        default="intermediary",
        show_default=True,
        help="How far --baseline goes.",
    ),
    "become": click.option(
        "-b",
        "--become",
        is_flag=True,
        help="Look and act through sudo, also where the inventory does not say.",
    ),
    "ask_become_pass": click.option(
        "-K",
        "--ask-become-pass",
        is_flag=True,
        help=f"Ask for sudo's password (or set {PASSWORD_VARIABLE}).",
    ),
    "vault_password_file": click.option(
        "--vault-password-file",
        "vault_password_files",
        multiple=True,
        metavar="FILE",
        help="Password of ansible-vault, or a program that prints it; may be given again.",
    ),
    "ask_vault_pass": click.option(
        "--ask-vault-pass", is_flag=True, help="Ask for the password of ansible-vault."
    ),
    "repo": click.option(
        "--repo",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Policy repository; else the one that the inventory lies in.",
    ),
    "at_once": click.option(
        "--at-once",
        type=click.IntRange(1, 1000),
        default=50,
        show_default=True,
        help="Hosts at the same time.",
    ),
    "connect_timeout": click.option(
        "--connect-timeout",
        type=click.FloatRange(0.1, 600),
        default=Limits.connect,
        show_default=True,
        metavar="SECONDS",
        help="For each of: the connection, the login, sudo.",
    ),
    "timeout": click.option(
        "--timeout",
        type=click.FloatRange(1, 86400),
        default=Limits.total,
        show_default=True,
        metavar="SECONDS",
        help="For one host as a whole.",
    ),
}
_RELEASE = (
    click.option(
        "--release",
        metavar="NAME[@VERSION]",
        help="The release of the policy repository that must be at hand.",
    ),
    click.option(
        "--unsigned",
        is_flag=True,
        help="Apply a policy repository of your own that nobody vouches for.",
    ),
    click.option(
        "--older-release", is_flag=True, help="Go back to a release older than the highest applied."
    ),
)
_WORK = (
    click.option(
        "--engine",
        type=click.Choice(["pyinfra", "ansible"]),
        default="pyinfra",
        show_default=True,
        help="Who does it.",
    ),
    click.option(
        "--confirm-within",
        type=click.FloatRange(5, 3600),
        default=WITHIN,
        show_default=True,
        metavar="SECONDS",
        help="A host that is not confirmed over a new login for so long puts itself back.",
    ),
    click.option("--irreversible", is_flag=True, help="Do also what no undo can take back."),
    click.option(
        "--this-machine",
        metavar="NAME",
        help="Allow the machine that Tuile runs on, by its host name.",
    ),
)
_LANG = click.option(
    "--lang", type=click.Choice(["en", "fr"]), default=None, help="Language of results."
)
_DEBUG = click.option("--debug", is_flag=True, help="Show the traceback of an error.")


class OfFleet(click.Command):
    """A command that looks at a fleet; what is given without a flag is most likely its inventory,
    or a host of it.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Answer an argument that no flag announces with the flag it lacks."""
        ctx.allow_extra_args = True  # so that they are refused here, in better words
        extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            flag = "-l" if ctx.params.get("inventory") else "-i"
            ctx.fail(f'unexpected argument "{extra[0]}". Did you mean {flag} {extra[0]}?')
        return extra


def fleet(function: Function) -> Function:
    """Add the flags that say which hosts are looked at, and how."""
    return fleet_flags(*_FLEET)(function)


def fleet_flags(*names: str) -> Callable[[Function], Function]:
    """Add some of the flags of `fleet`, by the names of their values."""
    return partial(_with, [_FLEET[name] for name in names])


def of_release(function: Function) -> Function:
    """Add the flags that say which release of the policy repository is meant, and what is done
    without.
    """
    return _with(_RELEASE, function)


def of_work(function: Function) -> Function:
    """Add the flags that say how hosts are put right, and what is not done without being asked for."""
    return _with(_WORK, function)


def _with(options: Iterable[Option], function: Function) -> Function:
    """Return a command with these flags, listed in this order."""
    for option in reversed([*options]):
        function = option(function)
    return function


def common(function: Function) -> Function:
    """Add the flags that every command takes."""
    return _LANG(_DEBUG(function))


def data(function: Function) -> Function:
    """Add the flags of a command that shows what is in a policy repository."""
    return REPO(click.option("--json", "as_json", is_flag=True, help="As JSON.")(function))


def repository(home: Path | None) -> Repository:
    """Return the policy repository that was named, or that the working directory lies in, with what
    ships.
    """
    return Repository(home or find_home(Path.cwd()))


# A Lang, as checked by click
def lang_of(ctx: click.Context, lang: str | None) -> Any:  # noqa: ANN401
    """Return the language: the command's flag, else the group's, else TUILE_LANG, else English."""
    return lang or (ctx.obj or {}).get("lang", "en")


def request(flags: dict[str, Any]) -> Request:
    """Take the fleet's flags out of `flags` and return what they ask for; asks for a password if
    told to.
    """
    return Request(
        inventory=flags.pop("inventory"),
        limit=flags.pop("limit"),
        baseline=flags.pop("baseline"),
        level=flags.pop("level"),
        become=flags.pop("become"),
        become_password=become_password(ask=flags.pop("ask_become_pass")),
        home=flags.pop("repo"),
        vault=vault(flags),
        demand=_demand(flags),
    )


def of_vault(function: Function) -> Function:
    """Add the flags that say where the password of ansible-vault comes from."""
    return fleet_flags("vault_password_file", "ask_vault_pass")(function)


def vault(flags: dict[str, Any]) -> Vault:
    """Take the flags of ansible-vault out of `flags` and return where its passwords come from; asks
    if told to.
    """
    files, ask = flags.pop("vault_password_files"), flags.pop("ask_vault_pass")
    typed = Secret(click.prompt("vault password", hide_input=True, err=True)) if ask else None
    return Vault(tuple(files), typed)


def become_password(*, ask: bool) -> Secret | None:
    """Return the password of sudo, asked for on the terminal or from the environment; None: none is
    needed.
    """
    given = os.environ.pop(PASSWORD_VARIABLE, None)  # nothing that we start is given it
    password = click.prompt("sudo password", hide_input=True, err=True) if ask else given
    return None if password is None else Secret(password)


def _demand(flags: dict[str, Any]) -> ReleaseRequirement | None:
    """Return what is wanted of the policy repository; None for commands without the flags of
    `of_release`.
    """
    if "unsigned" not in flags:
        return None
    return ReleaseRequirement(
        flags.pop("release"), flags.pop("unsigned"), flags.pop("older_release")
    )
