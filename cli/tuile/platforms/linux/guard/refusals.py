"""What the program on a host says when it declines, in words for people."""

from __future__ import annotations

import re

from tuile.policy.errors import Unseen
from tuile.policy.text import Text

_WORDS = {
    "needs-root": Text(
        "only root may put rules right; say --become",
        "seul root peut corriger des règles ; ajoutez --become",
    ),
    "busy": Text(
        "another apply is under way there ({about}); wait until it is confirmed or undone",
        "une autre application y est en cours ({about}) ; attendez qu’elle soit confirmée ou"
        " annulée",
    ),
    "no-room": Text(
        "no room to keep what is there ({about}): nothing was changed; free some space",
        "pas assez de place pour conserver l’état actuel ({about}) : rien n’a été modifié ; libérez"
        " de l’espace",
    ),
    "changes": Text(
        "{about} changes while it is read; check and apply again",
        "{about} change pendant sa lecture ; vérifiez et relancez",
    ),
    "no-way-back": Text(
        "its package source no longer offers {about} in the version that is there: a removal or "
        "an upgrade could not be"
        " undone. To do so all the same, say --irreversible",
        "ses dépôts ne proposent plus {about} dans la version en place : un retrait ou une mise à "
        "jour serait sans"
        " retour. Pour le faire malgré tout : --irreversible",
    ),
    "no-watcher": Text(
        "the watcher that would put it back did not start; look at its load and at systemd",
        "le gardien qui rétablirait l’état n’a pas démarré ; voyez la charge et systemd",
    ),
    "put-back": Text(
        "an earlier apply ({about}) was cut short and has just been put back; check and apply"
        " again",
        "une application antérieure ({about}), interrompue, vient d’être annulée ; vérifiez et"
        " relancez",
    ),
    "not-armed": Text(
        "it is not waiting to be confirmed ({about})", "elle n’attend pas de confirmation ({about})"
    ),
    "not-confirmed": Text(
        "there is nothing to undo ({about})", "il n’y a rien à annuler ({about})"
    ),
    "unknown": Text(
        "it no longer holds what was kept for {about}: too old, or removed by hand",
        "elle n’a plus ce qui avait été conservé pour {about} : trop ancien, ou supprimé à la main",
    ),
    "odd-name": Text(
        "the name {about} holds control characters: rename it by hand",
        "le nom {about} contient des caractères de contrôle : renommez-le à la main",
    ),
    "hidden": Text("{about} is not shown", "{about} n’est pas affiché"),
    "slow": Text(
        "putting back {about} takes longer than it should",
        "l’annulation de {about} dure trop longtemps",
    ),
}


def in_words(said: str) -> Unseen:
    """Return what the program said on its standard error as words; what it did not foresee, as it
    stands.
    """
    last = (said.strip().splitlines() or ["failed without a word"])[-1]
    code, _, about = last.partition(" ")
    if "guard: not found" in said or re.search("can.?.?.?t open", said):
        code, about = "unknown", last.rpartition("/tuile/")[2].partition("/")[0]
    text = _WORDS.get(code)
    return (
        Unseen(last)
        if text is None
        else Unseen(text.en.format(about=about), text.fr.format(about=about))
    )
