"""Fixed values for the golden outputs: a small hospital fleet in which everything that can happen
has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from tuile.catalog import Kinds
from tuile.policy.attestation import Attestation, answered
from tuile.policy.condition import AtLeast, Equals, ModeWithin, SubsetOf
from tuile.policy.model import (
    Difference,
    Facts,
    HostResult,
    Level,
    Observation,
    Outcome,
    Plan,
    PlannedRule,
    Rule,
    Severity,
    Verdict,
    Waiver,
)
from tuile.policy.text import Text, both
from tuile.policy.verdict.judge import judge
from tuile.reports import CheckReport

STARTED = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 6, 0, 4, 120_000, tzinfo=UTC)
NOTHING = Text("", "")


def rule(
    name: str, title: Text, severity: Severity, level: Level = Level.minimal, kind: str = "sysctl"
) -> PlannedRule:
    """Return a planned rule of linux-server 1.2.0."""
    why = Text(f"Why {name}.", f"Pourquoi {name}.")
    return PlannedRule(
        Rule(name, kind, {"name": name}, level, severity, title, why), "linux-server 1.2.0"
    )


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
FIRMWARE = replace(
    rule(
        "firmware-password-set",
        Text("The firmware asks for a password", "Le microprogramme demande un mot de passe"),
        Severity.medium,
        kind="attestation",
    ),
    human=True,
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
    FIRMWARE.rule.id: "attestations.yaml",
}
REBOOT = Text("after a reboot", "après redémarrage")
MODE = Text("mode", "droits")

DEBIAN = Facts(
    "srv",
    "debian",
    "12",
    container=False,
    packages=frozenset({"openssh-server"}),
    root=True,
    kernel="6.1.0",
)
WAIVER = Waiver(
    to="pc-radio-02",
    rule=USB.rule.id,
    reason=Text(
        "Patient CDs until the kiosk arrives",
        "Gravage des CD patients jusqu’à l’arrivée de la borne",
    ),
    owner="biomed.lens@ght-artois.example",
    approver="rssi@ght-artois.example",
    until=date(2027, 2, 28),
    compensation="VLAN dédié",
)


def passed(planned: PlannedRule) -> Verdict:
    """Return that a rule holds."""
    return Verdict(
        planned.rule.id, Outcome.passed, SUBJECTS[planned.rule.id], observed={"value": "as wanted"}
    )


def failed(planned: PlannedRule, *found: Difference) -> Verdict:
    """Return that a rule does not hold."""
    observed = {f"field_{number}": item.observed for number, item in enumerate(found)}
    return Verdict(
        planned.rule.id, Outcome.failed, SUBJECTS[planned.rule.id], found, None, observed
    )


def error(planned: PlannedRule, words: str) -> Verdict:
    """Return that a rule could not be looked at."""
    return Verdict(planned.rule.id, Outcome.error, SUBJECTS[planned.rule.id], reason=both(words))


def host(
    name: str,
    verdicts: Sequence[Verdict],
    facts: Facts = DEBIAN,
    rules: Sequence[PlannedRule] = RULES,
) -> HostResult:
    """Return a host with these verdicts; every other rule of the plan passes."""
    given = {verdict.rule: verdict for verdict in verdicts}
    whole = tuple(given.get(planned.rule.id) or passed(planned) for planned in rules)
    plan = Plan(name, tuple(rules), ("linux-server 1.2.0",), "6f" * 32, Level.enhanced)
    return HostResult(name, plan, replace(facts, hostname=name), whole, rounds=2, seconds=1.25)


def away(name: str, why: Text) -> HostResult:
    """Return a host that was not reached."""
    return HostResult(
        name, Plan(name, RULES, ("linux-server 1.2.0",), "6f" * 32, Level.enhanced), not_reached=why
    )


ROOT_FAILS = failed(ROOT, Difference(NOTHING, "yes", Equals("no")))
FORWARD_FAILS = failed(
    FORWARD, Difference(NOTHING, "1", Equals("0")), Difference(REBOOT, None, Equals("0"))
)
FORWARD_FAILS_BOTH = failed(
    FORWARD, Difference(NOTHING, "1", Equals("0")), Difference(REBOOT, "1", Equals("0"))
)
SHADOW_FAILS = failed(
    SHADOW,
    Difference(MODE, "0644", ModeWithin("0640")),
    Difference(Text("group", "groupe"), "users", Equals("shadow")),
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
        "not in a container: the kernel is the host's",
        "sans objet dans un conteneur : le noyau est celui de l'hôte",
    ),
)
WAIVED_RULES = tuple(
    replace(planned, waiver=WAIVER) if planned is USB else planned for planned in RULES
)
ENDED_RULES = tuple(
    (
        replace(planned, waiver=replace(WAIVER, rule=ROOT.rule.id, until=date(2026, 11, 20)))
        if planned is ROOT
        else planned
    )
    for planned in RULES
)
FORWARD_PENDING = Verdict(
    FORWARD.rule.id,
    Outcome.pending,
    SUBJECTS[FORWARD.rule.id],
    (Difference(NOTHING, "1", Equals("0")),),
    Text("right after the next reboot", "conforme après le prochain redémarrage"),
    {"running": "1"},
)
NO_ROOT = replace(DEBIAN, root=False)

PACS = host(
    "srv-pacs-01", [ROOT_FAILS, FORWARD_FAILS, SHADOW_FAILS, CIPHERS_FAIL, WIFI_NOT_APPLICABLE]
)
RADIO = host("pc-radio-02", [USB_WAIVED], rules=WAIVED_RULES)
WARD = [host(f"pc-urg-{number:02d}", [LENGTH_FAILS, FORWARD_FAILS_BOTH]) for number in (3, 4, 10)]
ANSWER = Attestation(
    "srv-pui-01",
    FIRMWARE.rule.id,
    answer=True,
    by="biomed.lens@ght-artois.example",
    on=date(2026, 9, 14),
    evidence="PV 2026-118",
    until=date(2027, 9, 1),
)


def attested(*answers: Attestation) -> Verdict:
    """Return the verdict on the firmware, as these answers have it."""
    observation = Observation(FIRMWARE.rule.id, answered(answers, STARTED.date()))
    kind = Kinds()["attestation"]
    return judge(FIRMWARE, kind, kind.params(), observation, STARTED.date())


HUMAN_RULES = (*RULES, FIRMWARE)
ASLEEP = host("srv-ris-01", [FORWARD_PENDING])
ATTESTED = [
    host("srv-pui-01", [attested(ANSWER)], rules=HUMAN_RULES),
    host("srv-pui-02", [attested(replace(ANSWER, answer=False))], rules=HUMAN_RULES),
    host("srv-pui-03", [attested(replace(ANSWER, until=date(2026, 10, 1)))], rules=HUMAN_RULES),
    host("srv-pui-04", [attested()], rules=HUMAN_RULES),
]
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
    host("srv-half-01", []),
    verdicts=tuple(passed(planned) for planned in RULES if planned not in (USB, WIFI)),
)
HOSTILE = host(
    "srv-odd-01",
    [
        failed(
            LENGTH, Difference(NOTHING, "\x1b[2J\x00\udcff\u202e<&>]]>\n" + "x" * 500, Equals("12"))
        )
    ],
)


def check(
    *results: HostResult, run: int | None = 846, options: str = "-i inventories/ght-artois"
) -> CheckReport:
    """Return the report of a check of these hosts."""
    return CheckReport(run, STARTED, FINISHED, tuple(results), options)


FLEET = check(
    PACS, RADIO, *WARD, ASLEEP, *ATTESTED, LAB, ENDED, UNPRIVILEGED, *GOOD, URG_AWAY, KEY_AWAY, HALF
)
CLEAN = check(*GOOD)
BLIND = check(UNPRIVILEGED, run=None, options="")
ONE = check(PACS)
EMPTY = check(run=None)
ODD = check(HOSTILE)
MANY = check(
    *(host(f"srv-{number}", []) for number in range(1, 1201)),
    *(
        away(f"pc-{number}", Text("no answer for 8 s", "aucune réponse depuis 8 s"))
        for number in range(1, 31)
    ),
    host("srv-odd", [ROOT_FAILS]),
)
