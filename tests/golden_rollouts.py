"""The rollouts and the reboots that the golden outputs show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.golden_checks import FORWARD, FORWARD_PENDING
from tuile.policy.history.host_state import Recorded, Seen
from tuile.policy.history.reboots import HostReboot, Reboots
from tuile.policy.model import Outcome
from tuile.policy.rollout.state import Member, Pace, Phase, Rollout, Step
from tuile.policy.text import Text

_STARTED = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
_CLOSED = Text(
    "its window is closed; the next one opens on Tue 24 Nov 2026 at 02:00 (Europe/Paris)",
    "hors créneau ; le prochain s’ouvre le mar. 24 nov. 2026 à 02:00 (Europe/Paris)",
)
_NO_ANSWER = Text("no answer for 8 s", "pas de réponse depuis 8 s")
_BROKEN = Text("not put right: log-forwarding", "non corrigé : log-forwarding")
_FAILED = Text("failed in the ring pilot: srv-pacs-01", "échec dans l’anneau pilot : srv-pacs-01")
_PROBE = Text(
    "probe test_orders_arrive (srv-lab-01): assert False",
    "sonde test_orders_arrive (srv-lab-01) : assert False",
)
_ONLY = Text("checked only: safety never", "contrôlé seulement : « safety: never »")


def _members(*rings: tuple[Member, ...]) -> dict[str, Member]:
    return {m.host: replace(m, ring=ring) for ring, members in enumerate(rings) for m in members}


STOPPED = Rollout(
    id=3,
    baseline="linux-server 1.2.0",
    started=_STARTED,
    rings=("canary", "pilot", "rest"),
    members=_members(
        (
            Member("srv-it-01", 0, Step.done, runs=(840,)),
            Member("srv-it-02", 0, Step.done, runs=(840,)),
        ),
        (
            Member("srv-lab-01", 1, Step.done, runs=(841,)),
            Member("srv-pacs-01", 1, Step.failed, _BROKEN, runs=(841,)),
            Member("srv-pacs-02", 1, Step.held, _CLOSED),
            Member("srv-web-03", 1, Step.unclear, _NO_ANSWER, runs=(841,)),
            Member("srv-web-04", 1, Step.away, _NO_ANSWER, runs=(841,)),
        ),
        (
            *(Member(f"srv-ward-{number:02}", 2) for number in range(11)),
            Member("srv-icu-01", 2, Step.left_out, _ONLY),
        ),
    ),
    pace=Pace(soak=timedelta(hours=12)),
    phase=Phase.stopped,
    ring=1,
    why=(_FAILED, _PROBE),
)
SOAKING = replace(
    STOPPED,
    members={
        host: Member(host, member.ring, Step.done if member.ring == 0 else Step.waiting)
        for host, member in STOPPED.members.items()
    },
    phase=Phase.soaking,
    ring=0,
    until=_STARTED + timedelta(hours=12),
    why=(),
)
FINISHED = replace(
    SOAKING,
    members={
        host: Member(host, member.ring, Step.done) for host, member in STOPPED.members.items()
    },
    phase=Phase.finished,
    ring=2,
    until=None,
)

_SEEN = Seen(90, 846, datetime(2026, 11, 23, 5, 0, tzinfo=UTC))
_PENDING = Recorded(
    FORWARD.rule.id,
    Outcome.pending,
    "net.ipv4.ip_forward",
    FORWARD_PENDING.differences,
    FORWARD_PENDING.reason,
    _SEEN,
)
REBOOTS = Reboots(
    (
        HostReboot("pc-urg-07", None),
        HostReboot("srv-lab-01", _SEEN),
        HostReboot(
            "srv-pacs-01",
            _SEEN,
            rules=(_PENDING,),
            asked=True,
            packages=("libssl3", "linux-image-amd64"),
        ),
        HostReboot("srv-web-03", _SEEN, stale=True, asked=True),
        HostReboot("srv-web-04", _SEEN, stale=True),
    )
)
NO_REBOOTS = Reboots((HostReboot("srv-lab-01", _SEEN),))
