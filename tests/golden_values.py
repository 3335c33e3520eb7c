"""The values of previews, applies, drift and history that the golden outputs show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from tests.golden_checks import (
    ANSWER,
    FINISHED,
    FIRMWARE,
    FORWARD,
    FORWARD_FAILS,
    FORWARD_FAILS_BOTH,
    FORWARD_PENDING,
    LENGTH,
    LENGTH_FAILS,
    ROOT,
    ROOT_FAILS,
    SHADOW,
    SHADOW_FAILS,
    STARTED,
    SUBJECTS,
    URG_AWAY,
    USB_WAIVED,
    attested,
    error,
    passed,
)
from tuile.platforms.resources import named
from tuile.policy.attestation import told
from tuile.policy.change.outcome import ApplyReport, HostApplied, Result, RuleApplied
from tuile.policy.change.pre_image import Ending, GuardOutcome
from tuile.policy.change.preview import Blocked, FilePreview, HostPreview, RulePreview, Step
from tuile.policy.change.safety import said
from tuile.policy.change.undo import ChangedSince, HostUndo, UndoReport
from tuile.policy.history.compare import Cause, Change
from tuile.policy.history.drift import Drift, Gap, History, Interval
from tuile.policy.history.host_state import InPlan, Recorded, Run, Seen
from tuile.policy.model import Risk, Severity, Verdict
from tuile.policy.text import Text, both
from tuile.policy.traits import Day, Safety, Traits, Window
from tuile.reports import DiffReport

RELOAD = Step(Text("reload {}", "recharger {}"), "ssh")
IN_KERNEL = Step(Text("set {} in the kernel", "régler {} dans le noyau"), "net.ipv4.ip_forward")
WINDOW = said(
    Traits(
        safety=Safety.window,
        windows=(Window((Day.tue, Day.thu), time(2), time(4, 30), "Europe/Paris"),),
    ),
    STARTED,
)
HEADER = "# Written by Tuile for linux-server 1.2.0.\n"
SSHD = FilePreview(
    "/etc/ssh/sshd_config.d/10-tuile.conf",
    None,
    f"{HEADER}PermitRootLogin no\n",
    (),
    (ROOT.rule.id,),
)
SYSCTL = FilePreview(
    "/etc/sysctl.d/zz-tuile.conf",
    f"{HEADER}kernel.kptr_restrict = 1\nnet.ipv4.ip_forward = 1\nkernel.dmesg_restrict = 1",
    f"{HEADER}kernel.kptr_restrict = 1\nnet.ipv4.ip_forward = 0\nkernel.dmesg_restrict = 1\n",
    (both("0644 → 0600"),),
    (FORWARD.rule.id,),
)
FIX_ROOT = RulePreview(
    ROOT.rule.id, "PermitRootLogin", Severity.high, Risk.access, ROOT_FAILS.differences, (RELOAD,)
)
FIX_FORWARD = RulePreview(
    FORWARD.rule.id,
    "net.ipv4.ip_forward",
    Severity.medium,
    Risk.none,
    FORWARD_FAILS_BOTH.differences,
    (IN_KERNEL,),
    Text(
        "take it out where it is set later: /etc/rc.local: sysctl -w net.ipv4.ip_forward=1",
        "à retirer là où elle est fixée plus tard : /etc/rc.local: sysctl -w net.ipv4.ip_forward=1",
    ),
)
NEEDS_TARGET = Blocked(
    "log-forwarding",
    "rsyslog",
    Severity.medium,
    Text(
        'needs a parameter: tailor "target" in policy.yaml',
        "demande un paramètre : précisez « target » dans policy.yaml",
    ),
)
PACS_PREVIEW = HostPreview(
    "srv-pacs-01", (FIX_ROOT, FIX_FORWARD), (SSHD, SYSCTL), (NEEDS_TARGET,), "lens", WINDOW
)
WARD_PREVIEW = [
    HostPreview(f"pc-urg-{number:02d}", (FIX_FORWARD,), (SYSCTL,)) for number in (3, 4, 10)
]
ASLEEP_PREVIEW = HostPreview("srv-ris-01", pending=(FORWARD.rule.id,))
BLIND_PREVIEW = HostPreview("srv-dns-01", unseen=(ROOT.rule.id, SHADOW.rule.id))
AWAY_PREVIEW = HostPreview("pc-urg-07", not_reached=URG_AWAY.not_reached)
IDLE_PREVIEWS = (HostPreview("srv-app-1"), HostPreview("srv-app-2"))
DIFF = DiffReport(
    (
        PACS_PREVIEW,
        *WARD_PREVIEW,
        HostPreview("srv-app-1"),
        HostPreview("srv-app-2"),
        ASLEEP_PREVIEW,
        BLIND_PREVIEW,
        AWAY_PREVIEW,
    ),
    "-i inventories/ght-artois",
)
DIFF_ONE = DiffReport((PACS_PREVIEW,), "-i inventories/ght-artois -l srv-pacs-01")
DIFF_NOTHING = DiffReport((HostPreview("srv-app-1"),))

PUT_RIGHT = RuleApplied(ROOT.rule.id, "PermitRootLogin", Severity.high, Result.put_right)
STILL = RuleApplied(
    FORWARD.rule.id,
    "net.ipv4.ip_forward",
    Severity.medium,
    Result.still_failing,
    FORWARD_FAILS.differences,
    both("sysctl: setting key net.ipv4.ip_forward: Read-only file system"),
)
PENDING = RuleApplied(
    FORWARD.rule.id,
    "net.ipv4.ip_forward",
    Severity.medium,
    Result.pending,
    FORWARD_PENDING.differences,
    FORWARD_PENDING.reason,
)
UNCOVERED = RuleApplied("audit-rights-changed", "chmod", Severity.medium, Result.uncovered)
LEFT = RuleApplied("log-forwarding", "rsyslog", Severity.medium, Result.left, why=NEEDS_TARGET.why)
UNKNOWN = RuleApplied(
    SHADOW.rule.id,
    "/etc/shadow",
    Severity.high,
    Result.unknown,
    why=both("stat: Input/output error"),
)
BROKEN = RuleApplied(
    LENGTH.rule.id,
    SUBJECTS[LENGTH.rule.id],
    Severity.medium,
    Result.still_failing,
    LENGTH_FAILS.differences,
)
THIS = Text(
    "this is the machine that Tuile runs on. If that is meant, say --this-machine hub",
    "c’est la machine sur laquelle Tuile tourne. Si c’est voulu : --this-machine hub",
)
GUARDED = GuardOutcome(
    "20261123T060100Z-1f2e3d4c",
    datetime(2026, 11, 23, 6, 3, 1, tzinfo=UTC),
    1.9,
    Ending.confirmed,
    "0" * 64,
)
LOST = replace(
    GUARDED,
    ending=Ending.put_back,
    why=Text("the engine did not finish", "le moteur n’a pas terminé"),
)
ALONE = replace(
    GUARDED, ending=Ending.put_back_itself, trouble=("sysctl kernel.kexec_load_disabled",)
)
AWAY = replace(GUARDED, ending=Ending.unknown)
APPLIED = ApplyReport(
    "pyinfra",
    STARTED,
    FINISHED,
    (
        HostApplied("srv-ris-01", (PUT_RIGHT, PENDING, UNCOVERED)),
        HostApplied(
            "srv-pacs-01", (PUT_RIGHT, STILL, LEFT, UNKNOWN), (BROKEN,), {"sysctl": "exit status 1"}
        ),
        HostApplied("srv-web-01", (PUT_RIGHT,), guarded=GUARDED),
        HostApplied(
            "srv-db-01", (STILL,), failures={"": "pyinfra ended before it was done"}, guarded=LOST
        ),
        HostApplied("srv-db-02", (STILL,), guarded=ALONE),
        HostApplied("srv-db-03", not_reached=URG_AWAY.not_reached, guarded=AWAY),
        HostApplied("srv-app-1"),
        HostApplied("hub", refused=THIS),
        HostApplied("pc-urg-07", not_reached=URG_AWAY.not_reached),
        HostApplied("srv-lab-01", failures={"": "sudo: a password is required"}),
    ),
    847,
    "/home/ops/.local/state/tuile/logs/847",
)
APPLIED_WELL = ApplyReport(
    "ansible", STARTED, FINISHED, (HostApplied("srv-web-01", (PUT_RIGHT,), guarded=GUARDED),), 848
)
DROP_IN = named("file", "/etc/ssh/sshd_config.d/00-tuile.conf")
UNDONE = UndoReport(
    (
        HostUndo(
            "srv-web-01",
            847,
            STARTED,
            (
                DROP_IN,
                named("sysctl", "net.ipv4.ip_forward"),
                named("attributes", "/etc/issue"),
            ),
            done=True,
            failing=(ROOT.rule.id,),
        ),
        HostUndo(
            "srv-pacs-01",
            847,
            STARTED,
            (named("unit", "rsync.service"),),
            (
                ChangedSince(
                    DROP_IN, "", "PermitRootLogin no\n", "PermitRootLogin no\nPort 2222\n"
                ),
                ChangedSince(
                    named("mount", "/tmp"),  # noqa: S108 -- a mount point
                    "rw,relatime",
                    "rw,nosuid,relatime",
                    "rw,noexec,relatime",
                ),
            ),
            done=True,
            trouble=("sysctl kernel.kexec_load_disabled",),
            failing=(),
        ),
        HostUndo("pc-urg-07", 847, STARTED, why_not=URG_AWAY.not_reached),
    ),
    run=849,
)
NOTHING_TO_UNDO = UndoReport((HostUndo("srv-web-01", 847, STARTED, already=True),))
UNDO_FIRST = UndoReport((HostUndo("srv-web-01", 847, STARTED, (DROP_IN,)),))


def seen(run: int, day: int, hour: int) -> Seen:
    """Return a visit of a run in November 2026."""
    return Seen(run, run, datetime(2026, 11, day, hour, 10, tzinfo=UTC))


def recorded(verdict: Verdict) -> Recorded:
    """Return a verdict as it was stored."""
    return Recorded(
        verdict.rule, verdict.outcome, verdict.subject, verdict.differences, verdict.reason
    )


def change(name: str, cause: Cause, before: Verdict, after: Verdict) -> Change:
    """Return a change between two verdicts of one rule, seen on 19 November."""
    return Change(
        name,
        cause,
        after.rule,
        recorded(before),
        recorded(after),
        seen(831, 19, 3),
        seen(830, 19, 2),
    )


def run(number: int, day: int) -> Run:
    """Return a run at six in the morning."""
    started = datetime(2026, 11, day, 6, 0, tzinfo=UTC)
    return Run(number, started, started, ("linux-server 1.2.0",), "0.1.0")


NEW_IN = Text(
    "now in the plan, from linux-server 1.2.0", "désormais au plan, par linux-server 1.2.0"
)
DRIFTED = Drift(
    run(812, 16),
    run(846, 23),
    30,
    29,
    (
        change("srv-pacs-01", Cause.regressed, passed(ROOT), ROOT_FAILS),
        replace(
            change("pc-radio-02", Cause.waiver_ended, USB_WAIVED, USB_WAIVED),
            note=both("owner biomed.lens"),
        ),
        Change(
            "pc-urg-07",
            Cause.not_reached,
            since=seen(840, 20, 18),
            until=seen(839, 20, 17),
            note=URG_AWAY.not_reached,
        ),
        *(
            Change(
                f"pc-urg-{number:02d}",
                Cause.baseline_changed,
                LENGTH.rule.id,
                None,
                recorded(LENGTH_FAILS),
                note=NEW_IN,
            )
            for number in (3, 4, 10)
        ),
        replace(
            change("srv-pui-01", Cause.repaired, attested(), attested(ANSWER)),
            note=told(attested(ANSWER).observed),
            human=True,
        ),
        change("srv-app-1", Cause.repaired, FORWARD_FAILS, passed(FORWARD)),
        change("srv-app-2", Cause.repaired, FORWARD_FAILS, passed(FORWARD)),
    ),
    (
        Change(
            "srv-old-01",
            Cause.never_compliant,
            SHADOW.rule.id,
            None,
            recorded(SHADOW_FAILS),
            seen(812, 16, 6),
        ),
    ),
    7,
    1,
)
STEADY = Drift(run(845, 22), run(846, 23), 30, 30)
BLURRED = Drift(run(845, 22), run(846, 23), 2, 1, (DRIFTED.changes[2],))
NO_RUN = Drift(None, None, 0, 0)
HISTORY = History(
    "srv-pacs-01",
    seen(812, 16, 6),
    seen(846, 23, 6),
    34,
    (
        Interval(recorded(passed(ROOT)), None, seen(812, 16, 6), seen(830, 19, 2), now=False),
        Interval(recorded(ROOT_FAILS), None, seen(831, 19, 3), seen(846, 23, 6), now=True),
        Interval(
            recorded(error(SHADOW, "stat: Input/output error")),
            InPlan(SHADOW.rule.id, "file", {"path": "/etc/shadow"}, "linux-server 1.2.0"),
            seen(812, 16, 6),
            seen(812, 16, 6),
            now=False,
        ),
        Interval(
            replace(recorded(attested(ANSWER)), reason=told(attested(ANSWER).observed)),
            InPlan(FIRMWARE.rule.id, "attestation", {}, "linux-server 1.2.0", human=True),
            seen(812, 16, 6),
            seen(846, 23, 6),
            now=True,
        ),
    ),
    (Gap(seen(840, 20, 18), seen(841, 20, 19), URG_AWAY.not_reached or both("")),),
)
CALM = History("srv-app-1", seen(812, 16, 6), seen(812, 16, 6), 1, (), ())
