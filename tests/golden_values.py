"""Fixed values for the golden outputs: a small hospital fleet in which everything that can happen has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tuile.policy.applied import ApplyReport, HostApplied, Result, RuleApplied
from tuile.policy.compare import Cause, Change
from tuile.policy.condition import AtLeast, Equals, ModeWithin, SubsetOf
from tuile.policy.model import (
    Difference,
    Facts,
    HostResult,
    Level,
    Outcome,
    Plan,
    PlannedRule,
    Risk,
    Rule,
    Severity,
    Verdict,
    Waiver,
)
from tuile.policy.preview import Blocked, FilePreview, HostPreview, RulePreview
from tuile.policy.recorded import InPlan, Recorded, Run, Seen
from tuile.policy.text import Text, both
from tuile.reports import CheckReport, DiffReport

STARTED = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 6, 0, 4, 120_000, tzinfo=UTC)
NOTHING = Text("", "")


def rule(name: str, title: Text, severity: Severity, level: Level = Level.minimal, kind: str = "sysctl") -> PlannedRule:
    """Return a planned rule of linux-server 1.2.0."""
    why = Text(f"Why {name}.", f"Pourquoi {name}.")
    return PlannedRule(Rule(name, kind, {"name": name}, level, severity, title, why), "linux-server 1.2.0")


ROOT = rule(
    "ssh-root-login-disabled",
    Text("Direct SSH login as root is disabled", "Connexion SSH directe de root interdite"),
    Severity.high,
    kind="sshd_option",
)
FORWARD = rule(
    "ipv4-forwarding-disabled",
    Text("The host does not route IPv4", "L’hôte ne route pas IPv4"),
    Severity.medium,
    Level.intermediary,
)
SHADOW = rule(
    "shadow-file-private",
    Text("Password hashes are private", "Les empreintes de mots de passe sont privées"),
    Severity.high,
    kind="file",
)
CIPHERS = rule(
    "ssh-ciphers-strong",
    Text("SSH offers strong ciphers only", "SSH ne propose que des chiffrements robustes"),
    Severity.medium,
    Level.enhanced,
    kind="sshd_option",
)
LENGTH = rule(
    "password-length",
    Text("Passwords are long enough", "Les mots de passe sont assez longs"),
    Severity.medium,
    kind="config_option",
)
USB = rule(
    "usb-storage-blocked",
    Text("USB storage is blocked", "Le stockage USB est bloqué"),
    Severity.low,
    kind="kernel_module",
)
WIFI = rule(
    "wireless-off",
    Text("Wireless is off", "Le sans-fil est coupé"),
    Severity.low,
    Level.enhanced,
    kind="kernel_module",
)
RULES = (ROOT, FORWARD, SHADOW, CIPHERS, LENGTH, USB, WIFI)
SUBJECTS = {
    ROOT.rule.id: "PermitRootLogin",
    FORWARD.rule.id: "net.ipv4.ip_forward",
    SHADOW.rule.id: "/etc/shadow",
    CIPHERS.rule.id: "Ciphers",
    LENGTH.rule.id: "/etc/security/pwquality.conf",
    USB.rule.id: "usb_storage",
    WIFI.rule.id: "cfg80211",
}
REBOOT = Text("after a reboot", "après redémarrage")
MODE = Text("mode", "droits")

DEBIAN = Facts(
    "srv", "debian", "12", container=False, packages=frozenset({"openssh-server"}), root=True, kernel="6.1.0"
)
WAIVER = Waiver(
    to="pc-radio-02",
    rule=USB.rule.id,
    reason=Text("Patient CDs until the kiosk arrives", "Gravage des CD patients jusqu’à l’arrivée de la borne"),
    owner="biomed.lens@ght-artois.example",
    approver="rssi@ght-artois.example",
    until=date(2027, 2, 28),
    compensation="VLAN dédié",
)


def passed(planned: PlannedRule) -> Verdict:
    """Return that a rule holds."""
    return Verdict(planned.rule.id, Outcome.passed, SUBJECTS[planned.rule.id], observed={"value": "as wanted"})


def failed(planned: PlannedRule, *found: Difference) -> Verdict:
    """Return that a rule does not hold."""
    observed = {f"field_{number}": item.observed for number, item in enumerate(found)}
    return Verdict(planned.rule.id, Outcome.failed, SUBJECTS[planned.rule.id], found, None, observed)


def error(planned: PlannedRule, words: str) -> Verdict:
    """Return that a rule could not be looked at."""
    return Verdict(planned.rule.id, Outcome.error, SUBJECTS[planned.rule.id], reason=both(words))


def host(
    name: str, verdicts: Sequence[Verdict], facts: Facts = DEBIAN, rules: Sequence[PlannedRule] = RULES
) -> HostResult:
    """Return a host with these verdicts; every other rule of the plan passes."""
    given = {verdict.rule: verdict for verdict in verdicts}
    whole = tuple(given.get(planned.rule.id) or passed(planned) for planned in rules)
    plan = Plan(name, tuple(rules), ("linux-server 1.2.0",), "6f" * 32)
    return HostResult(name, plan, replace(facts, hostname=name), whole, rounds=2, seconds=1.25)


def away(name: str, why: Text) -> HostResult:
    """Return a host that was not reached."""
    return HostResult(name, Plan(name, RULES, ("linux-server 1.2.0",), "6f" * 32), not_reached=why)


ROOT_FAILS = failed(ROOT, Difference(NOTHING, "yes", Equals("no")))
FORWARD_FAILS = failed(FORWARD, Difference(NOTHING, "1", Equals("0")), Difference(REBOOT, None, Equals("0")))
FORWARD_FAILS_BOTH = failed(FORWARD, Difference(NOTHING, "1", Equals("0")), Difference(REBOOT, "1", Equals("0")))
SHADOW_FAILS = failed(
    SHADOW, Difference(MODE, "0644", ModeWithin("0640")), Difference(Text("group", "groupe"), "users", Equals("shadow"))
)
CIPHERS_FAIL = failed(
    CIPHERS,
    Difference(
        NOTHING,
        ("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-cbc", "3des-cbc"),
        SubsetOf(("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com")),
    ),
)
LENGTH_FAILS = failed(LENGTH, Difference(Text("minlen", "minlen"), 8, AtLeast(12)))
USB_WAIVED = Verdict(
    USB.rule.id,
    Outcome.waived,
    SUBJECTS[USB.rule.id],
    (Difference(Text("blocked", "bloqué"), value_no := False, Equals(value=True)),),
    WAIVER.reason,
    {"blocked": value_no},
)
WIFI_NOT_APPLICABLE = Verdict(
    WIFI.rule.id,
    Outcome.not_applicable,
    SUBJECTS[WIFI.rule.id],
    reason=Text(
        "not in a container: the kernel is the host's", "sans objet dans un conteneur : le noyau est celui de l'hôte"
    ),
)
WAIVED_RULES = tuple(replace(planned, waiver=WAIVER) if planned is USB else planned for planned in RULES)
ENDED_RULES = tuple(
    replace(planned, waiver=replace(WAIVER, rule=ROOT.rule.id, until=date(2026, 11, 20)))
    if planned is ROOT
    else planned
    for planned in RULES
)
NO_ROOT = replace(DEBIAN, root=False)

PACS = host("srv-pacs-01", [ROOT_FAILS, FORWARD_FAILS, SHADOW_FAILS, CIPHERS_FAIL, WIFI_NOT_APPLICABLE])
RADIO = host("pc-radio-02", [USB_WAIVED], rules=WAIVED_RULES)
WARD = [host(f"pc-urg-{number:02d}", [LENGTH_FAILS, FORWARD_FAILS_BOTH]) for number in (3, 4, 10)]
LAB = host("srv-lab-01", [error(SHADOW, "stat: cannot statx '/etc/shadow': Input/output error")])
ENDED = host("srv-web-01", [ROOT_FAILS], rules=ENDED_RULES)
UNPRIVILEGED = host(
    "srv-dns-01",
    [
        error(ROOT, "sshd: no hostkeys available -- exiting: Permission denied"),
        error(SHADOW, "cat: /etc/shadow: Permission denied"),
        error(CIPHERS, "needs root"),
        error(LENGTH, "cat: /etc/security/pwquality.conf: Permission denied"),
        error(USB, "modprobe: ERROR: Operation not permitted"),
    ],
    NO_ROOT,
)
GOOD = [host(f"srv-app-{number}", [WIFI_NOT_APPLICABLE]) for number in (1, 2, 10)]
URG_AWAY = away("pc-urg-07", Text("no answer for 8 s", "aucune réponse depuis 8 s"))
KEY_AWAY = away("srv-old-01", Text("its host key has changed", "sa clé d’hôte a changé"))
HALF = replace(
    host("srv-half-01", []), verdicts=tuple(passed(planned) for planned in RULES if planned not in (USB, WIFI))
)
HOSTILE = host(
    "srv-odd-01",
    [failed(LENGTH, Difference(NOTHING, "\x1b[2J\x00\udcff\u202e<&>]]>\n" + "x" * 500, Equals("12")))],
)


def check(*results: HostResult, run: int | None = 846, options: str = "-i inventories/ght-artois") -> CheckReport:
    """Return the report of a check of these hosts."""
    return CheckReport(run, STARTED, FINISHED, tuple(results), options)


FLEET = check(PACS, RADIO, *WARD, LAB, ENDED, UNPRIVILEGED, *GOOD, URG_AWAY, KEY_AWAY, HALF)
CLEAN = check(*GOOD)
BLIND = check(UNPRIVILEGED, run=None, options="")
ONE = check(PACS)
EMPTY = check(run=None)
ODD = check(HOSTILE)
MANY = check(
    *(host(f"srv-{number}", []) for number in range(1, 1201)),
    *(away(f"pc-{number}", Text("no answer for 8 s", "aucune réponse depuis 8 s")) for number in range(1, 31)),
    host("srv-odd", [ROOT_FAILS]),
)

RELOAD = Text("reload ssh", "recharger ssh")
IN_KERNEL = Text("set net.ipv4.ip_forward in the kernel", "régler net.ipv4.ip_forward dans le noyau")
WINDOW = Text("safety window: Tue and Thu 02:00–04:30", "sécurité fenêtre : mar. et jeu. 02:00–04:30")
HEADER = "# Written by Tuile for linux-server 1.2.0.\n"
SSHD = FilePreview("/etc/ssh/sshd_config.d/10-tuile.conf", None, f"{HEADER}PermitRootLogin no\n", (), (ROOT.rule.id,))
SYSCTL = FilePreview(
    "/etc/sysctl.d/zz-tuile.conf",
    f"{HEADER}kernel.kptr_restrict = 1\nnet.ipv4.ip_forward = 1\nkernel.dmesg_restrict = 1",
    f"{HEADER}kernel.kptr_restrict = 1\nnet.ipv4.ip_forward = 0\nkernel.dmesg_restrict = 1\n",
    (both("0644 → 0600"),),
    (FORWARD.rule.id,),
)
FIX_ROOT = RulePreview(ROOT.rule.id, "PermitRootLogin", Severity.high, Risk.access, ROOT_FAILS.differences, (RELOAD,))
FIX_FORWARD = RulePreview(
    FORWARD.rule.id, "net.ipv4.ip_forward", Severity.medium, Risk.none, FORWARD_FAILS_BOTH.differences, (IN_KERNEL,)
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
PACS_PREVIEW = HostPreview("srv-pacs-01", (FIX_ROOT, FIX_FORWARD), (SSHD, SYSCTL), (NEEDS_TARGET,), "lens", WINDOW)
WARD_PREVIEW = [HostPreview(f"pc-urg-{number:02d}", (FIX_FORWARD,), (SYSCTL,)) for number in (3, 4, 10)]
BLIND_PREVIEW = HostPreview("srv-dns-01", unseen=(ROOT.rule.id, SHADOW.rule.id))
AWAY_PREVIEW = HostPreview("pc-urg-07", not_reached=URG_AWAY.not_reached)
DIFF = DiffReport(
    (PACS_PREVIEW, *WARD_PREVIEW, HostPreview("srv-app-1"), HostPreview("srv-app-2"), BLIND_PREVIEW, AWAY_PREVIEW),
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
LEFT = RuleApplied("log-forwarding", "rsyslog", Severity.medium, Result.left, why=NEEDS_TARGET.why)
UNKNOWN = RuleApplied(
    SHADOW.rule.id, "/etc/shadow", Severity.high, Result.unknown, why=both("stat: Input/output error")
)
BROKEN = RuleApplied(
    LENGTH.rule.id, SUBJECTS[LENGTH.rule.id], Severity.medium, Result.still_failing, LENGTH_FAILS.differences
)
THIS = Text(
    "this is the machine that Tuile runs on. If that is meant, say --this-machine hub",
    "c’est la machine sur laquelle Tuile tourne. Si c’est voulu : --this-machine hub",
)
APPLIED = ApplyReport(
    "pyinfra",
    STARTED,
    FINISHED,
    (
        HostApplied("srv-pacs-01", (PUT_RIGHT, STILL, LEFT, UNKNOWN), (BROKEN,), {"sysctl": "exit status 1"}),
        HostApplied("srv-web-01", (PUT_RIGHT,)),
        HostApplied("srv-app-1"),
        HostApplied("hub", refused=THIS),
        HostApplied("pc-urg-07", not_reached=URG_AWAY.not_reached),
        HostApplied("srv-lab-01", failures={"": "sudo: a password is required"}),
    ),
    847,
    "/home/ops/.local/state/tuile/logs/847",
)
APPLIED_WELL = ApplyReport("ansible", STARTED, FINISHED, (HostApplied("srv-web-01", (PUT_RIGHT,)),), 848)


def seen(run: int, day: int, hour: int) -> Seen:
    """Return a visit of a run in November 2026."""
    return Seen(run, run, datetime(2026, 11, day, hour, 10, tzinfo=UTC))


def recorded(verdict: Verdict) -> Recorded:
    """Return a verdict as it was stored."""
    return Recorded(verdict.rule, verdict.outcome, verdict.subject, verdict.differences, verdict.reason)


def change(name: str, cause: Cause, before: Verdict, after: Verdict) -> Change:
    """Return a change between two verdicts of one rule, seen on 19 November."""
    return Change(name, cause, after.rule, recorded(before), recorded(after), seen(831, 19, 3), seen(830, 19, 2))


@dataclass(frozen=True)
class Drift:
    """A drift as the flow gives it."""

    since: Run | None
    until: Run | None
    hosts: int
    looked_at: int
    changes: tuple[Change, ...] = ()
    never_compliant: tuple[Change, ...] = ()
    still_failing: int = 0


@dataclass(frozen=True)
class Interval:
    """An interval as the flow gives it."""

    found: Recorded
    planned: InPlan | None
    first: Seen
    last: Seen
    now: bool


@dataclass(frozen=True)
class Gap:
    """A gap as the flow gives it."""

    first: Seen
    last: Seen
    why: Text


@dataclass(frozen=True)
class History:
    """A history as the flow gives it."""

    host: str
    first: Seen
    last: Seen
    visits: int
    intervals: tuple[Interval, ...]
    gaps: tuple[Gap, ...]


def run(number: int, day: int) -> Run:
    """Return a run at six in the morning."""
    started = datetime(2026, 11, day, 6, 0, tzinfo=UTC)
    return Run(number, started, started, ("linux-server 1.2.0",), "0.1.0")


NEW_IN = Text("new in linux-server 1.2.0", "nouvelle dans linux-server 1.2.0")
DRIFTED = Drift(
    run(812, 16),
    run(846, 23),
    30,
    29,
    (
        change("srv-pacs-01", Cause.regressed, passed(ROOT), ROOT_FAILS),
        replace(change("pc-radio-02", Cause.waiver_ended, USB_WAIVED, USB_WAIVED), note=both("owner biomed.lens")),
        Change(
            "pc-urg-07", Cause.not_reached, since=seen(840, 20, 18), until=seen(839, 20, 17), note=URG_AWAY.not_reached
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
        change("srv-app-1", Cause.repaired, FORWARD_FAILS, passed(FORWARD)),
        change("srv-app-2", Cause.repaired, FORWARD_FAILS, passed(FORWARD)),
    ),
    (Change("srv-old-01", Cause.never_compliant, SHADOW.rule.id, None, recorded(SHADOW_FAILS), seen(812, 16, 6)),),
    7,
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
    ),
    (Gap(seen(840, 20, 18), seen(841, 20, 19), URG_AWAY.not_reached or both("")),),
)
CALM = History("srv-app-1", seen(812, 16, 6), seen(812, 16, 6), 1, (), ())
