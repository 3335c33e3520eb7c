"""The group of commands; each is imported only when it is asked for."""

from __future__ import annotations

import importlib
import os
import traceback
from collections.abc import Sequence

import click

from tuile import __version__
from tuile.policy.errors import COULD_NOT_TELL, Refused, TuileError, did_you_mean
from tuile.policy.printable import printable_lines
from tuile.policy.text import Lang, Text

COMMANDS = {
    "check": "Look at hosts and say which rules they meet. Changes nothing.",
    "diff": "Show what an apply would change, line by line. Changes nothing.",
    "apply": "Put failing rules right, then look again.",
    "undo": "Put hosts back as they were before an apply.",
    "rollout": "Bring a version of a baseline to the fleet, ring by ring.",
    "drift": "Say what changed since an earlier run, and why.",
    "history": "Say when rules of one host passed and failed.",
    "reboots": "Say which hosts need a reboot, and why.",
    "explain": "Say what a rule wants, why, and which controls it meets.",
    "baseline": "List, show, validate, sign and verify baselines.",
    "init": "Start a policy repository of your own.",
    "trust": "Let a policy repository's own kinds run here.",
    "schema": "Print the JSON Schema of a file, for editors.",
    "completion": "Print the completion script of a shell.",
}
INTERRUPTED = 130
_INTERRUPTED = Text(
    "interrupted. What was complete is stored.", "interrompu. Ce qui était complet est enregistré."
)


class Commands(click.Group):
    """A group that knows the names and one line of help of its commands, and loads the rest when
    needed.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are met."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tuile.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answer a wrong name with the nearest right one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f'no command "{args[0]}". {did_you_mean(args[0], COMMANDS)}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 compliant · 1 not compliant or drifted · 2 usage or policy mistake · 3 could"
        " not tell."
    ),
)
@click.version_option(__version__, prog_name="tuile", message="%(prog)s %(version)s")
@click.option(
    "--lang",
    type=click.Choice(["en", "fr"]),
    envvar="TUILE_LANG",
    default="en",
    help="Language of results.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
# Click passes flags so
def group(ctx: click.Context, lang: str, debug: bool) -> None:  # noqa: FBT001
    """Hold the machines of a hospital group to versioned security baselines.

    \b
    tuile check --baseline linux-server                    this machine, nothing changed
    tuile check -i hosts.yml --baseline linux-server       the hosts of an Ansible inventory
    tuile diff  -i hosts.yml -l srv-web-01                 what an apply would change there
    tuile apply -i hosts.yml -l srv-web-01                 shows it, asks, does it, looks again
    tuile drift --since 7d                                 what changed in a week, and why
    """  # noqa: D301 -- \b is click's
    ctx.obj = {"lang": lang, "debug": debug}


def run(arguments: Sequence[str]) -> int:
    """Run the command line; return its exit code.

    Errors are printed in words, with a traceback only on --debug.
    """
    try:
        code = group.main(list(arguments), prog_name="tuile", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"tuile: {_INTERRUPTED.say(_lang(arguments))}", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except TuileError as error:
        said = error.text.say(_lang(arguments)) if isinstance(error, Refused) else str(error)
        return _told(said, error.exit_code, arguments)
    # The last border: no traceback reaches a user unasked
    except Exception as error:  # noqa: BLE001
        words = (
            f"{type(error).__name__}: {error}. This is a defect of Tuile: please report it, with"
            " what --debug prints."
        )
        return _told(words, COULD_NOT_TELL, arguments)
    return code if isinstance(code, int) else 0


def _lang(arguments: Sequence[str]) -> Lang:
    """Return the language that was asked for: the last flag, else TUILE_LANG, else English."""
    padded = [*arguments, ""]
    flags = [
        padded[at + 1] if word == "--lang" else word.removeprefix("--lang=")
        for at, word in enumerate(arguments)
        if word == "--lang" or word.startswith("--lang=")
    ]
    return "fr" if (flags or [os.environ.get("TUILE_LANG", "")])[-1] == "fr" else "en"


def _told(words: str, code: int, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        click.echo(printable_lines(traceback.format_exc()), err=True)
    words = printable_lines(words)
    click.echo(
        words if "\n" in words or ": " in words.split(" ", maxsplit=1)[0] else f"tuile: {words}",
        err=True,
    )
    return code
