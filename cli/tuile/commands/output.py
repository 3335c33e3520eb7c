"""How results leave the program: in which format, language and width, and whether in colour."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from tuile.policy.printable import printable_lines
from tuile.reports import Style, renderer

Function = Callable[..., Any]


def format_options(*formats: str) -> Callable[[Function], Function]:
    """Add --format, --json and --verbose."""

    def decorate(function: Function) -> Function:
        function = click.option("--json", "as_json", is_flag=True, help="Short for --format json.")(
            function
        )
        function = click.option(
            "-v", "--verbose", is_flag=True, help="List everything, grouped nothing."
        )(function)
        choice = click.Choice(formats)
        return click.option(
            "--format",
            "form",
            type=choice,
            default="text",
            show_default=True,
            help="Form of output.",
        )(function)

    return decorate


def style(*, verbose: bool) -> Style:
    """Return how text is set on this terminal; NO_COLOR and pipes mean no colour and no wrapping."""
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size().columns if terminal else None
    here = datetime.now().astimezone().tzinfo or UTC
    return Style(colour=colour, width=width, verbose=verbose, zone=here)


# Any report, a Lang
def show(report: str, value: Any, lang: Any, flags: dict[str, Any]) -> None:  # noqa: ANN401
    """Render a report as the flags of `format_options`, or of `data`, say, and print it."""
    form = "json" if flags["as_json"] else flags.get("form", "text")
    click.echo(renderer(report, form)(value, lang, style(verbose=flags.get("verbose", False))))


def note(words: str) -> None:
    """Tell something beside the result, where it does not disturb a pipe."""
    click.echo(f"tuile: {printable_lines(words)}", err=True)
