"""`tuile completion`: the completion script of a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tuile.commands.options import common


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
@common
def command(ctx: click.Context, /, shell: str, **_: object) -> None:
    """Print the completion script of SHELL.

    \b
    bash:  tuile completion bash > ~/.local/share/bash-completion/completions/tuile
    zsh:   tuile completion zsh > "${fpath[1]}/_tuile"
    fish:  tuile completion fish > ~/.config/fish/completions/tuile.fish
    """  # noqa: D301 -- \b is click's
    made = get_completion_class(shell)
    if made is None:  # click knows the three shells
        raise click.UsageError(f"no completion for {shell}")
    click.echo(made(ctx.find_root().command, {}, "tuile", "_TUILE_COMPLETE").source())
