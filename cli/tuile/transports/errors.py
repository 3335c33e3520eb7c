"""Why a host was not reached, in words that name what to do."""

from __future__ import annotations

import re

from tuile.policy.target import Target
from tuile.policy.text import Text


class NotReached(Exception):
    """A host cannot be looked at; the text says why and what would change it."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def connecting() -> Text:
    """Return the words for a host that is being connected to."""
    return Text("connecting", "connexion")


def looking(commands: int) -> Text:
    """Return the words for a host whose answers are awaited."""
    return Text(f"looking ({commands} questions)", f"lecture ({commands} questions)")


def hanging(command: str, seconds: float) -> Text:
    """Return the words for a command that has not ended yet."""
    short = shorten(command)
    return Text(
        f'no end of "{short}" for {seconds:.0f} s',
        f"« {short} » ne se termine pas depuis {seconds:.0f} s",
    )


def shorten(command: str) -> str:
    """Return a command as one line of at most 60 characters."""
    line = " ".join(command.split())
    # What a line of a terminal has room for
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004


def too_slow(seconds: float) -> NotReached:
    """Say that the host as a whole took too long."""
    return NotReached(
        Text(
            f"it did not finish within {seconds:g} s; look at its load, or allow more time:"
            " --timeout",
            f"il n'a pas terminé en {seconds:g} s ; vérifiez sa charge, ou accordez plus de temps :"
            " --timeout",
        )
    )


def too_many(reasons: list[str]) -> NotReached:
    """Say that one command after the other hung or flooded."""
    said = "; ".join(reasons)
    return NotReached(
        Text(
            f"gave up after {len(reasons)} commands: {said}. Look at the host's disks and load",
            f"abandon après {len(reasons)} commandes : {said}. Vérifiez les disques et la charge de"
            " la machine",
        )
    )


def lost(during: str) -> NotReached:
    """Say that the connection went away in the middle."""
    short = shorten(during)
    return NotReached(
        Text(
            f'the connection was lost in the middle (at "{short}"); check again once the host'
            " is up",
            f"connexion perdue en cours de lecture (pendant « {short} ») ; relancez quand la"
            " machine répond",
        )
    )


def stopped_answering(seconds: float) -> NotReached:
    """Say that the host took the connection but no longer opens a shell on it."""
    return NotReached(
        Text(
            f"it stopped answering: no shell within {seconds:g} s; look at its load, or allow "
            f"more time:"
            " --connect-timeout",
            f"elle ne répond plus : aucun shell en {seconds:g} s ; vérifiez sa charge, ou "
            f"accordez plus de temps :"
            " --connect-timeout",
        )
    )


def slow_sudo(target: Target, seconds: float, said: str) -> NotReached:
    """Say that sudo has neither asked for a password nor given a shell in time: it waits for
    something there.
    """
    user = target.user or "?"
    return NotReached(
        Text(
            f"sudo gave {user} no shell within {seconds:g} s{_quoted(said, 'en')}; it may wait "
            f"for a name server or a"
            " directory (is the host's own name in its /etc/hosts?); allow more time: "
            "--connect-timeout",
            f"sudo n'a pas donné de shell à {user} en {seconds:g} s{_quoted(said, 'fr')} ; il "
            f"attend peut-être un DNS"
            " ou un annuaire (le nom de la machine est-il dans son /etc/hosts ?) ; accordez plus "
            "de temps :"
            " --connect-timeout",
        )
    )


def no_protocol() -> NotReached:
    """Say that what answers there is no shell that runs what it is given."""
    return NotReached(
        Text(
            "it does not keep to the protocol: it answers what was not asked; have somebody look at"
            " that host",
            "elle ne respecte pas le protocole : elle répond à ce qui n'a pas été demandé ; faites"
            " examiner la machine",
        )
    )


def no_shell(status: int | None, said: str) -> NotReached:
    """Say that /bin/sh did not start, with the last words of the host."""
    if "/bin/sh" in said and re.search(
        r"not found|no such file|unknown command", said, re.IGNORECASE
    ):
        return NotReached(
            Text(
                "it has no /bin/sh that this account may start; give the account a POSIX shell",
                "aucun /bin/sh accessible à ce compte ; donnez-lui un shell POSIX",
            )
        )
    return NotReached(
        Text(
            f"the shell ended at once (exit status {status}){_quoted(said, 'en')}; check the"
            " account's login shell",
            f"le shell s'est arrêté aussitôt (code {status}){_quoted(said, 'fr')} ; vérifiez le"
            " shell du compte",
        )
    )


_SUDO = (
    (
        r"not in the sudoers file|is not allowed to (execute|run)|may not run sudo",
        Text(
            "{user} has no sudo right to become {become}; add one with visudo",
            "{user} n'a pas le droit sudo de devenir {become} ; ajoutez-le avec visudo",
        ),
    ),
    (
        r"password is required|no password was provided",
        Text(
            "sudo wants a password for {user}, and none was given; give one (--ask-become-pass), or"
            " NOPASSWD",
            "sudo demande le mot de passe du compte {user}, non fourni ; donnez-le"
            " (--ask-become-pass), ou NOPASSWD",
        ),
    ),
    (
        r"must have a tty|no tty present|terminal is required",
        Text(
            "sudo wants a terminal there (requiretty); remove requiretty for {user} from sudoers",
            "sudo y exige un terminal (requiretty) ; retirez requiretty pour {user} dans sudoers",
        ),
    ),
    (
        r"incorrect password|sorry, try again|authentication fail",
        Text(
            "sudo refused the password of {user}; give the right one",
            "sudo a refusé le mot de passe du compte {user} ; donnez le bon",
        ),
    ),
    (
        r"sudo\W{0,3}(command )?not found|sudo\W?: no such file|unknown command.*sudo",
        Text(
            "it has no sudo; install it, or log in as root",
            "sudo n'y est pas installé ; installez-le, ou connectez-vous en root",
        ),
    ),
    (
        r"unknown user|account.*(expired|locked)|password expired",
        Text(
            "sudo cannot act as {become}: account unknown or expired",
            "sudo : compte {become} inconnu ou expiré",
        ),
    ),
)
WRONG_PASSWORD = "Sorry, try again"  # noqa: S105 -- what sudo says, not a password


def no_sudo(target: Target, said: str) -> NotReached:
    """Say why sudo did not give a shell, from what it printed."""
    names = {"user": target.user or "the user", "become": target.become_user}
    for pattern, text in _SUDO:
        if re.search(pattern, said, re.IGNORECASE):
            return NotReached(Text(text.en.format(**names), text.fr.format(**names)))
    return NotReached(
        Text(
            f"sudo gave no shell{_quoted(said, 'en')}",
            f"sudo n'a pas donné de shell{_quoted(said, 'fr')}",
        )
    )


def bad_account(name: str) -> NotReached:
    """Say that the account to become has a name that no shell reads as one plain word."""
    return NotReached(
        Text(
            f'"{name}" is not a plain account name; correct become_user',
            f"« {name} » n'est pas un nom de compte",
        )
    )


def _quoted(said: str, lang: str) -> str:
    lines = said.strip().splitlines()
    if not lines:
        return ""
    return f" : « {lines[-1].strip()} »" if lang == "fr" else f': "{lines[-1].strip()}"'
