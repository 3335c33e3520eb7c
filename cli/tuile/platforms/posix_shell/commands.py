"""What kinds that ask by commands of a shell share: asking several at once, and reading an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host


def together(host: Host, *commands: tuple[str, ...]) -> list[CommandResult]:
    """Return the answers to commands, each with its arguments, that do not depend on each other: in
    one exchange.
    """
    if announce := getattr(
        host.backend, "announce", None
    ):  # stock testinfra asks one after the other
        for command in commands:
            announce(*command)
    return [host.run(*command) for command in commands]


def text_found(result: CommandResult) -> str:
    """Return what grep printed of files of which some need not be there.

    Raises:
        Unseen: one that is there cannot be read.

    """
    problems = [line for line in result.stderr.splitlines() if "No such file" not in line]
    if problems or result.rc not in (
        0,
        1,
        2,
    ):  # grep(1): found, found nothing, some file could not be read
        raise Unseen((problems or [f"exit status {result.rc}"])[-1])
    return str(result.stdout)


def output_of(result: CommandResult, *also: int) -> str:
    """Return what a command printed.

    Raises:
        Unseen: the exit status is neither 0 nor one of `also`; in the words of the command.

    """
    if result.rc == 0 or result.rc in also:
        return str(result.stdout)
    lines = result.stderr.strip().splitlines() or [f"exit status {result.rc}"]
    raise Unseen(lines[-1])
