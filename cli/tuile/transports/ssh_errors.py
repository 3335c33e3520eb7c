"""What went wrong with an SSH connection, in words that name what to do."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import Any

import asyncssh

from tuile.policy.target import Target
from tuile.policy.text import Text
from tuile.transports.errors import NotReached
from tuile.transports.host_keys import Keys

_BY_ERRNO = {
    errno.ECONNREFUSED: Text(
        "{place} refuses connections; is sshd running there, on that port?",
        "{place} refuse la connexion ; sshd y tourne-t-il, sur ce port ?",
    ),
    errno.EHOSTUNREACH: Text(
        "there is no route to {place}; is it on, and is the network between?",
        "aucune route vers {place} ; machine allumée ? réseau en place ?",
    ),
    errno.ECONNRESET: Text(
        "{place} closed the connection before the login; look at its sshd (MaxStartups, TCP"
        " wrappers)",
        "{place} a fermé la connexion avant l'ouverture de session ; voyez son sshd (MaxStartups,"
        " TCP wrappers)",
    ),
}
_BY_ERRNO[errno.ENETUNREACH] = _BY_ERRNO[errno.EHOSTUNREACH]


class Failure:
    """One attempt to connect, as far as it got, to be put into words."""

    options: Any = None
    keys: Keys | None = None
    connected = False
    """Whether the machine took the connection, whatever became of it then."""

    def __init__(self, target: Target, seconds: float) -> None:
        self._target, self._seconds = target, seconds

    def before(self, error: Exception) -> NotReached:
        """Say what is wrong with the options or keys, before any connection."""
        key = self._target.key_file
        if "passphrase" in str(error).lower():
            return _say(
                f"the key {key} is encrypted and no agent holds it; run ssh-add {key}",
                f"la clé {key} est chiffrée et aucun agent ne la détient ; lancez ssh-add {key}",
            )
        if isinstance(error, OSError):
            return _say(
                f"{error.filename} cannot be read: {error.strerror}; correct the path or its mode",
                f"{error.filename} est illisible ({error.strerror}) ; corrigez le chemin ou les"
                " droits",
            )
        return _say(
            f"its SSH settings make no sense: {error}",
            f"ses réglages SSH sont incohérents : {error}",
        )

    def of(self, error: Exception) -> NotReached:
        """Say why there is no connection."""
        if isinstance(error, asyncssh.PermissionDenied):
            return self._denied()
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return self._host_key(error)
        if isinstance(error, TimeoutError) or "timeout" in str(error).lower():
            if self.connected:
                return _say(
                    f"{self._place} takes connections, but its sshd did not answer within "
                    f"{self._seconds:g} s; look at"
                    " the machine: its load, its sshd; or allow more time: --connect-timeout",
                    f"{self._place} accepte la connexion, mais son sshd n'a pas répondu en "
                    f"{self._seconds:g} s ; voyez"
                    " la machine : sa charge, son sshd ; ou accordez plus de temps : "
                    "--connect-timeout",
                )
            return _say(
                f"{self._place} did not answer within {self._seconds:g} s; is it on? Does a"
                " firewall stand between?",
                f"{self._place} n'a pas répondu en {self._seconds:g} s ; allumée ? un pare-feu"
                " bloque-t-il ?",
            )
        if isinstance(error, socket.gaierror):
            name = self.options.host
            return _say(
                f'the name "{name}" does not resolve; correct it, or set ansible_host',
                f"le nom « {name} » est introuvable dans le DNS ; corrigez-le ou renseignez"
                " ansible_host",
            )
        return self._other(error)

    @property
    def _place(self) -> str:
        return f"{self.options.host}:{self.options.port}"

    def _denied(self) -> NotReached:
        user = self.options.username
        tried = ", ".join(text.en for text in self._tried())
        essaye = ", ".join(text.fr for text in self._tried())
        return _say(
            f"login refused for {user} (tried: {tried}); put the right key there, or correct the"
            " user",
            f"connexion refusée pour {user} (essayé : {essaye}) ; installez la bonne clé ou"
            " corrigez l'utilisateur",
        )

    def _tried(self) -> list[Text]:
        key = self._target.key_file
        tried = [Text(f"key {key}", f"clé {key}")] if key else []
        agent = self.options.agent_path
        tried += [Text("ssh agent", "agent ssh")] if agent and Path(agent).exists() else []
        tried += [Text("password", "mot de passe")] if self._target.password else []
        return tried or [Text("the keys in ~/.ssh", "les clés de ~/.ssh")]

    def _host_key(self, error: Exception) -> NotReached:
        name = self.options.host_key_alias or self.options.host
        port = self.options.port
        places = self.keys.places if self.keys else []
        if "revoked" in str(error):
            return _say(
                f"its host key is revoked ({error})", f"sa clé d'hôte est révoquée ({error})"
            )
        if places:
            where = ", ".join(places)
            return _say(
                f"its host key has CHANGED (old key: {where}); if the machine was reinstalled, "
                f"remove that line,"
                " else call security",
                f"sa clé d'hôte a CHANGÉ (ancienne clé : {where}) ; si la machine a été "
                f"réinstallée, supprimez cette"
                " ligne, sinon alertez la sécurité",
            )
        return _say(
            f"its host key is not known; check it and run once: ssh -p {port} {name}",
            f"sa clé d'hôte est inconnue ; vérifiez-la et lancez une fois : ssh -p {port} {name}",
        )

    def _other(self, error: Exception) -> NotReached:
        number = getattr(error, "errno", None)
        text = _BY_ERRNO.get(number or _first_errno(error))
        if text is not None:
            return NotReached(
                Text(text.en.format(place=self._place), text.fr.format(place=self._place))
            )
        what = " ".join(str(error).split()) or type(error).__name__
        return _say(
            f"no SSH connection to {self._place}: {what}; try: ssh -v -p {self.options.port}"
            f" {self.options.host}",
            f"pas de connexion SSH à {self._place} : {what} ; essayez : ssh -v -p "
            f"{self.options.port}"
            f" {self.options.host}",
        )


def jump_failed(name: str, error: NotReached) -> NotReached:
    """Say that the jump host is what failed."""
    return _say(f"jump host {name}: {error.why.en}", f"hôte de rebond {name} : {error.why.fr}")


def too_many_jumps(target: Target) -> NotReached:
    """Say that jump hosts lead to each other."""
    return _say(
        f"its jump hosts lead in a circle (at {target.name}); correct ProxyJump",
        f"ses hôtes de rebond tournent en rond (à {target.name}) ; corrigez ProxyJump",
    )


def no_channel(said: str) -> NotReached:
    """Say that the login worked but commands are not allowed, or no longer."""
    what = f" ({said})" if said else ""
    return _say(
        f"it accepted the login but starts no command{what}; check MaxSessions and the account's"
        " restrictions",
        f"connexion acceptée, mais aucune commande ne démarre{what} ; voyez MaxSessions et les"
        " restrictions du compte",
    )


def _first_errno(error: Exception) -> int:
    """Return the number in "Multiple exceptions: [Errno 111] …", which asyncio raises for a name
    with two addresses.
    """
    return next((number for number in _BY_ERRNO if f"[Errno {number}]" in str(error)), 0)


def _say(en: str, fr: str) -> NotReached:
    return NotReached(Text(en, fr))
