"""What is said of baselines, with fixed values: two versions of one, a framework, and an
explanation.
"""

from __future__ import annotations

from dataclasses import replace

from tuile.platforms.linux.resources.file import FILE, GENERATED
from tuile.policy.condition import Equals
from tuile.policy.limit import Range
from tuile.policy.model import Applies, Baseline, Level, Risk, Rule, Severity
from tuile.policy.plan.baseline_diff import versus
from tuile.policy.plan.controls import Control, Framework
from tuile.policy.plan.coverage import Scope, coverage
from tuile.policy.plan.explanation import Explanation
from tuile.policy.plan.extend import Library, Linted
from tuile.policy.text import Text, both
from tuile.policy.traits import SessionModel, Zone

LOCK = Rule(
    "screen-locks",
    "desktop_lock",
    {"seconds": 900},
    Level.intermediary,
    Severity.medium,
    Text("The screen locks by itself", "L’écran se verrouille seul"),
    Text("An open session is anybody's.", "Une session ouverte est à tout le monde."),
    Risk.service,
    Applies(
        os=("debian",),
        version=("12", "13"),
        package="gnome-shell",
        container=False,
        virtual=False,
        session_model=(SessionModel.personal, SessionModel.shared_kiosk),
        zone=(Zone.office, Zone.ward),
    ),
    {"seconds": Range(min=60, max=1800)},
    Text(
        "In care rooms a lock that comes too early costs time at the bedside: try it with a ward"
        " first.",
        "En salle de soins, un verrouillage trop prompt coûte du temps au lit du patient : essayez"
        " d’abord ailleurs.",
    ),
)
ROOT = Rule(
    "ssh-root-login-disabled",
    "sshd_option",
    {"option": "PermitRootLogin", "value": "no"},
    Level.minimal,
    Severity.high,
    Text("Direct SSH login as root is disabled", "Connexion SSH directe de root interdite"),
    Text(
        "Every act must be tied to a person.", "Chaque action doit être imputable à une personne."
    ),
    Risk.access,
)
FIRMWARE = Rule(
    "firmware-password-set",
    "attestation",
    {},
    Level.minimal,
    Severity.medium,
    Text("The firmware asks for a password", "Le microprogramme demande un mot de passe"),
    both("…"),
)
TELNET = replace(
    ROOT,
    id="telnet-absent",
    kind="package",
    title=Text("There is no telnet server", "Serveur telnet absent"),
)
TITLE = Text("Servers under Debian", "Serveurs Debian")
OLD = Baseline("linux-server", "1.1.0", TITLE, (ROOT, LOCK, TELNET))
NEW = Baseline(
    "linux-server",
    "1.2.0",
    TITLE,
    (
        replace(
            ROOT,
            title=Text(
                "Direct SSH login as root is refused", "Connexion SSH directe de root refusée"
            ),
        ),
        replace(
            LOCK,
            params={"seconds": 600, "warn": True},
            level=Level.enhanced,
            severity=Severity.high,
            range={},
        ),
        FIRMWARE,
    ),
)
LIBRARY = Library([OLD, NEW])
LIST = (LIBRARY.whole(OLD), LIBRARY.whole(NEW))
SHOW = LIBRARY.whole(NEW)
DIFF = versus(
    OLD.label,
    {rule.id: rule for rule in OLD.rules},
    NEW.label,
    {rule.id: rule for rule in NEW.rules},
)
NO_DIFF = versus(OLD.label, {}, OLD.label, {})
LINT = Linted(2, 6, 1)
LINT_HOSTS = Linted(2, 6, 1, 30, 1)

REASON = Text("It is decided when the machine is installed.", "Cela se décide à l’installation.")
FRAMEWORK = Framework(
    "ANSSI-BP-028",
    "2.0",
    Text("Configuration of a GNU/Linux system", "Configuration d’un système GNU/Linux"),
    (
        Control(
            "R1",
            Text("Root does not log in", "Root ne se connecte pas"),
            (ROOT.id, FIRMWARE.id),
            Level.minimal,
        ),
        Control(
            "R2",
            Text("The firmware is locked", "Microprogramme verrouillé"),
            (FIRMWARE.id,),
            Level.minimal,
        ),
        Control(
            "R3",
            Text("Screens lock", "Les écrans se verrouillent"),
            (LOCK.id,),
            Level.enhanced,
            REASON,
        ),
        Control("R4", Text("Partitions", "Partitions"), (), Level.minimal, REASON),
        Control("R5", None, (), None, REASON, ("linux-server",)),
        Control("R6", Text("Something else", "Autre chose"), ()),
        Control("R7", Text("Beyond", "Au-delà"), (), Level.high),
    ),
)
_HUMAN = {ROOT.id: False, LOCK.id: False, FIRMWARE.id: True}
COVERAGE = coverage(FRAMEWORK, Scope(_HUMAN))
COVERAGE_OF_ONE = coverage(
    FRAMEWORK, Scope(_HUMAN, "linux-server", Level.enhanced, "linux-server 1.2.0")
)

EXPLAINED = Explanation(
    LOCK,
    ("linux-workstation 1.2.0",),
    "org.gnome.desktop.session",
    "A desktop locks",
    Text("Asks dconf for the value in effect.", "Demande à dconf la valeur en vigueur."),
    Text("Writes a key file and a lock for it.", "Écrit un fichier de clés et le verrouille."),
    check_only=False,
    human=False,
    wanted=(
        (Text("idle delay", "délai d’inactivité"), Equals("900")),
        (Text("", ""), Equals(value=True)),
    ),
    touches=(FILE("/etc/dconf/db/local.d/00-tuile"), GENERATED("/etc/dconf/db/local")),
    final=Text(
        "a running session keeps it until it ends", "une session ouverte le garde jusqu’à sa fin"
    ),
    controls={"ANSSI-BP-028 2.0": ("R3",), "RECYF 2.5": ("10.A.3", "11.A.1")},
)
EXPLAINED_HUMAN = Explanation(
    FIRMWARE,
    ("linux-server 1.2.0",),
    "attestations.yaml",
    "A person has answered",
    Text("Not looked at on the host.", "Rien n’est regardé sur l’hôte."),
    Text("A person has to see to it.", "Une personne doit s’en occuper."),
    check_only=True,
    human=True,
    wanted=((Text("answer", "réponse"), Equals(value=True)),),
    touches=(),
    final=None,
    controls={},
)
