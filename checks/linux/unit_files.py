"""Units, drop-ins, generators and hooks of systemd come from packages, or are approved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from tuile.platforms.posix_shell.commands import output_of
from tuile.policy.condition import Condition, Equals
from tuile.policy.kind import Unseen, said
from tuile.policy.text import Text

if TYPE_CHECKING:
    from testinfra.host import Host

CHECK_ONLY = True
CHECKED = Text(
    en=(
        "Lists the files in all folders from which systemd reads units, drop-ins, generators and "
        "hooks, takes away "
        "those that packages own, and holds packaged ones against the sums of their packages. "
        "Asks systemd for the next "
        "run of each timer."
    ),
    fr=(
        "Liste les fichiers de tous les dossiers où systemd lit unités, compléments, générateurs "
        "et crochets, en "
        "retire ceux des paquets, et compare ceux-ci aux sommes de leurs paquets. Demande à "
        "systemd la prochaine "
        "exécution de chaque minuterie."
    ),
)
PUT_RIGHT = Text(
    en=(
        "Look at what the file runs and who wrote it. Remove it, or approve its path; a packaged "
        "file comes back with "
        "apt-get install --reinstall; a masked unit with systemctl unmask."
    ),
    fr=(
        "Regarder ce que le fichier lance et qui l’a écrit. Le supprimer, ou approuver son chemin "
        "; un fichier de "
        "paquet revient avec apt-get install --reinstall ; une unité masquée, avec systemctl "
        "unmask."
    ),
)
DOES_NOT_SEE = (
    Text(
        en=(
            "A unit of a package whose program was replaced, or that reads a configuration changed"
            " by hand."
        ),
        fr=(
            "Une unité de paquet dont le programme a été remplacé, ou dont la configuration a été"
            " changée à la main."
        ),
    ),
    Text(
        en="A file that somebody wrote into dpkg's own lists and sums, which are on the host.",
        fr=(
            "Un fichier que quelqu’un a inscrit dans les listes et les sommes de dpkg, qui sont sur"
            " l’hôte."
        ),
    ),
    Text(
        en=(
            "Units in the homes of ordinary users who have no lingering session: they run only"
            " while logged in."
        ),
        fr=(
            "Les unités des comptes ordinaires sans session persistante : elles ne tournent que"
            " pendant leur session."
        ),
    ),
    Text(
        en="Settings of logind: they start nothing.",
        fr="Les réglages de logind : ils ne lancent rien.",
    ),
    Text(
        en=(
            "A unit of somebody else under one of the names of Tuile's own (firewall, modules,"
            " guard, AIDE's database)."
        ),
        fr="L’unité d’un autre sous un nom propre à Tuile (pare-feu, modules, garde, base d’AIDE).",
    ),
)

_SEEN = r"""export TZ=UTC
about='%p\t%y\t%l\t%u\t%m\n'
owned=$(cat /var/lib/dpkg/info/*.list | sed -n '/systemd\|environment\.d/{s|^/lib/|/usr/lib/|;p}')
[ -n "$owned" ] || { echo 'dpkg has no lists' >&2; exit 1; }
homes=$({ echo /root; awk -F: '$3 < 1000 && length($6) > 1 { print $6 }' /etc/passwd
    for user in /var/lib/systemd/linger/*; do getent passwd "${user##*/}" | cut -d: -f6; done; } | sort -u)
echo '# files'
{ echo "$owned"; printf '\t\n'
  { for folder in /etc /run /usr/local/lib /usr/local/share /usr/lib /usr/share /etc/xdg; do
        find $folder/systemd $folder/environment.d -mindepth 1 -path '/run/systemd/generator*' -prune -o \
            \( -type f -o -type l -o -type d \) -printf "$about"
    done
    echo "$homes" | while read -r home; do
        find "$home/.config/systemd" "$home/.config/environment.d" "$home/.local/share/systemd" ! -type d \
            -printf "$about"
    done; find /var/lib/systemd/linger -type f -printf "$about"
  } 2>/dev/null
} | awk -F'\t' '
    $0 == "\t" { listed = 1; next }
    !listed { owned[$0]; next }
    { to = $3; sub("^/lib/", "/usr/lib/", to); bad = $4 != "root" || ($2 != "l" && $5 ~ /([2367].|[2367])$/) }
    $1 in owned || $2 == "d" { if (bad) print "wrong\t" $0; next }
    { print ((to in owned) ? "linked\t" : "own\t") $0 }'
echo '# sums'
(cd / && { sed -n '/  \(usr\/\)\?lib\/systemd\/\(system\|user\)/p' /var/lib/dpkg/info/*.md5sums
    awk '$1 ~ "^/etc/systemd/(system|user)(.conf$|/)" { print $2 "  " substr($1, 2) }' /var/lib/dpkg/status
  } | LC_ALL=C sort -u -k 2 | md5sum -c --quiet 2>/dev/null)
echo '# aliases'
grep -rhs '^Alias=' /usr/lib/systemd/system /usr/lib/systemd/user | sed 's/^Alias=//'
echo '# now'
date +%F
echo '# here'
(cd /usr/lib/systemd/system && echo *.timer)
echo '# timers'
systemctl show '*.timer' --no-pager \
    -p Id,ActiveState,NextElapseUSecRealtime,NextElapseUSecMonotonic,FragmentPath </dev/null
"""
"""One command for all rules of the kind: some 600 names and 400 sums, a tenth of a second."""

Path = Annotated[str, Meta(pattern=r"^/[^\n]*$")]
Unit = Annotated[str, Meta(pattern=r"^[A-Za-z0-9:_.\\@-]+$")]
OWN = (
    "/etc/systemd/system/tuile-firewall.service",
    "/etc/systemd/system/tuile-modules-sealed.service",
    "/etc/systemd/system/*.mount.d/zz-tuile.conf",
    "/etc/systemd/system/tuile-guard-early.service",
    "/etc/systemd/system/tuile-guard-late.service",
    "/run/systemd/transient/tuile-guard-*.service",
    "/run/systemd/transient/tuile-aideinit.service",
)
"""What Tuile itself puts there; what stands in these files is judged by other kinds."""
_MANAGER = re.compile(
    r"/(?:system|user)(?:\.conf(?:\.d/|$)|-generators/|-environment-generators/|-shutdown/|-sleep/)"
)
_USERS = re.compile(r"/\.config/|/\.local/|^/var/lib/systemd/linger/|/systemd/user/")
_TYPES = (
    "service",
    "socket",
    "path",
    "timer",
    "mount",
    "automount",
    "swap",
    "target",
    "slice",
    "device",
    "scope",
)
_UNITS = re.compile(r"^/(?:etc|run|usr)/.*/?(?:systemd/(?:system|user)(?:[./-]|$)|environment\.d/)")
"""Where a file that another than root may write is another's way to root, or to every user."""
_ODD = "? "
"""Before a name with a tab or a line end in it, or a part of one."""
_LOGIND = re.compile(r"^/run/systemd/transient/.*\.(?:scope|slice)(?:\.d/[^/]*)?$")
"""What logind makes for each session."""


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    what: Annotated[
        Literal["units", "drop_ins", "manager", "users", "changed", "masked", "timers"],
        Meta(
            description=(
                "units, drop_ins: not of a package; manager: its settings, generators, hooks; "
                "users: units of "
                "users, lingering sessions; changed: packaged files; masked, timers: of the "
                "`units` named"
            )
        ),
    ]
    approved: Annotated[
        tuple[Path, ...],
        Meta(description='Paths that are right: ["/etc/systemd/system/pacs*.service"]'),
    ] = ()
    units: Annotated[
        tuple[Unit, ...], Meta(description="masked: that must not be; timers: that must come due")
    ] = ()
    within: Annotated[int, Meta(ge=1, description="timers: in how many days at most")] = 1


@dataclass(frozen=True)
class State:
    """What was seen on a host."""

    offenders: tuple[str, ...] = said("", "")


@dataclass(frozen=True)
class _File:
    """A file that no package owns, or whose rights are wrong."""

    sort: str
    path: str
    type: str
    target: str
    owner: str
    mode: str

    @property
    def whole(self) -> str:
        """Return where a link points to, as a whole path."""
        path = (
            normpath(f"{dirname(self.path)}/{self.target}")
            if self.target[:1] != "/"
            else self.target
        )
        return re.sub(r"^/lib/", "/usr/lib/", path)

    def say(self) -> str:
        """Return the path, and where a link points to."""
        return f"{self.path} → {self.target}" if self.type == "l" else self.path


def subject(params: Params) -> str:
    """Return what is looked for."""
    return f"systemd: {params.what.replace('_', ' ')}"


def observe(host: Host, params: Params) -> State:
    """List the files and ask systemd, once for all rules.

    Raises:
        Unseen: dpkg has no lists here, or systemd does not answer.

    """
    parts = _parts(output_of(host.run(_SEEN)))
    if "timers" not in parts or not parts["timers"]:
        raise Unseen("systemd does not tell its timers", "systemd ne donne pas ses minuteries")
    found = {"changed": _changed, "masked": _masked, "timers": _timers}.get(params.what, _foreign)(
        parts, params
    )
    return State(tuple(sorted(set(found))))


def wanted(params: Params) -> Mapping[str, Condition]:  # noqa: ARG001 -- the same for each sort
    """Return: nothing."""
    return {"offenders": Equals(())}


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _parts(printed: str) -> Mapping[str, Sequence[str]]:
    """Return the lines under each heading."""
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in printed.splitlines():
        if line.startswith("# "):
            lines = parts.setdefault(line[2:], [])
        else:
            lines.append(line)
    return parts


def _files(parts: Mapping[str, Sequence[str]]) -> list[_File]:
    return [_file(line.split("\t")) for line in parts["files"]]


def _file(row: Sequence[str]) -> _File:
    """Return what a row says; a name that breaks the row is nobody's, and stands for itself."""
    if len(row) == len(_File.__dataclass_fields__):
        return _File(*row)
    return _File("own", _ODD + " ".join(row[1:2]), "f", "", "?", "0")


def _foreign(parts: Mapping[str, Sequence[str]], params: Params) -> Iterator[str]:
    """Yield the files of one sort that neither a package owns nor anybody approved."""
    files = [
        file for file in _files(parts) if file.sort != "wrong" and not _LOGIND.match(file.path)
    ]
    known = {file.path for file in files}
    aliases = {name for line in parts["aliases"] for name in line.split()}
    for file in files:
        if (
            _sort(file.path) == params.what
            and not _approved(file, params)
            and not _plain(file, known, aliases)
        ):
            yield file.say()


def _sort(path: str) -> str:
    """Return the sort of a file, "" for what systemd does not take for a unit."""
    if path.startswith(_ODD):
        return "units"
    if _MANAGER.search(path) or "/environment.d/" in path:
        return "manager"
    if _USERS.search(path):
        return "users"
    folder = basename(dirname(path))
    if "/systemd/" not in path or not re.search(
        r"/(?:system|system\.control|system\.attached|transient)/", path
    ):
        return ""
    if folder.endswith(".d"):
        return "drop_ins" if path.endswith(".conf") else ""
    return "units" if path.rpartition(".")[2] in _TYPES else ""


def _plain(file: _File, known: set[str], aliases: set[str]) -> bool:
    """Return whether a link only enables, masks or names a unit that is judged where it stands."""
    if file.type != "l":
        return False
    name, target = basename(file.path), basename(file.whole)
    if file.whole == "/dev/null":
        return True
    if file.sort != "linked" and file.whole not in known and not _packaged(file):
        return False
    same = name == target or re.sub(r"@[^@]*\.", "@.", name) == target
    return (
        same if re.search(r"\.(?:wants|requires|upholds)/", file.path) else same or name in aliases
    )


def _packaged(file: _File) -> bool:
    """Return whether a relative link leads to where packages keep units; what stands there is
    judged itself.
    """
    return file.target[:1] != "/" and file.whole.startswith("/usr/lib/systemd/")


def _approved(file: _File, params: Params) -> bool:
    return any(fnmatchcase(file.path, pattern) for pattern in (*params.approved, *OWN))


def _changed(parts: Mapping[str, Sequence[str]], params: Params) -> Iterator[str]:
    """Yield packaged files with other bytes, and files that others than root own or may write."""
    for line in parts["sums"]:
        path, _, verdict = line.rpartition(": ")
        path = re.sub(r"^/lib/", "/usr/lib/", f"/{path}")
        if verdict.startswith("FAILED") and not any(
            fnmatchcase(path, pattern) for pattern in params.approved
        ):
            yield path
    for file in _files(parts):
        others = file.owner != "root" or (file.type != "l" and int(file.mode, 8) & 0o022)
        if others and _UNITS.search(file.path) and not _approved(file, params):
            yield f"{file.path} ({file.owner}, {file.mode})"


def _masked(parts: Mapping[str, Sequence[str]], params: Params) -> Iterator[str]:
    """Yield the units that can no longer be started."""
    for file in _files(parts):
        if basename(file.path) in params.units and file.whole == "/dev/null":
            yield file.say()


def _timers(parts: Mapping[str, Sequence[str]], params: Params) -> Iterator[str]:
    """Yield the timers that are not active, or come due too late; those that systemd does not know
    are no timers.
    """
    today, shown = date.fromisoformat(parts["now"][0]), "\n".join(parts["timers"])
    for name in set(params.units) & {word for line in parts["here"] for word in line.split()}:
        if f"Id={name}\n" not in f"{shown}\n":  # one that is stopped is forgotten
            yield f"{name}: inactive"
    for block in shown.split("\n\n"):
        timer = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if timer.get("Id") not in params.units or not timer.get("FragmentPath"):
            continue
        due = re.search(r"\d{4}-\d\d-\d\d", timer.get("NextElapseUSecRealtime", ""))
        later = due and (date.fromisoformat(due[0]) - today).days > params.within
        never = not due and timer.get("NextElapseUSecMonotonic") in ("", "infinity", None)
        if timer.get("ActiveState") != "active":
            yield f"{timer['Id']}: {timer.get('ActiveState')}"
        elif later or never:
            yield f"{timer['Id']}: {due[0] if due else '-'}"
