"""Ctrl-C reaches what the tests start, also where the tests themselves were started deaf to it."""

from __future__ import annotations

import signal

KEYS = (signal.SIGINT, signal.SIGQUIT)
"""What a terminal's keys send, and what a shell has its background commands ignore (`nohup make
test &`).
"""


def hand_on_defaults() -> None:
    """Have the processes that this one starts end on Ctrl-C, whether or not this one was told to
    ignore it.

    A signal that is ignored stays so in whatever a process starts; one that is caught has its
    default there. So what was ignored is caught, and nothing is done: this process goes on as it
    was asked to.
    """
    for number in KEYS:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: None)
