"""The SSH server that runs: what it was started with, what it would be started with, and when it
read its files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

EFFECTIVE = "sshd -T -C lport=1"
"""Of a Match block by port sshd refuses to speak unless it is told one: this one no block is for.
"""
RUNNING = r"""set -f; export LC_ALL=C; f=/run/sshd.pid; e=/etc/default/ssh
m=$(systemctl show --property=MainPID --value ssh.service 2>/dev/null </dev/null); p=$m
case $p in ''|0) p=$(cat $f 2>/dev/null);; esac
[ -n "$p" ] && kill -0 "$p" 2>/dev/null || { p=; m=; }
start=$(systemctl show --property=ExecStart --value ssh.service 2>/dev/null </dev/null |
    sed -n 's/.*argv\[\]=\([^;]*\) ;.*/\1/p' | tail -n 1)
opts=$(sed -n 's/^[[:space:]]*SSHD_OPTS=//p' $e 2>/dev/null | tail -n 1 | tr -d "\"'")
pick() {
    while [ $# -gt 0 ]; do
        case $1 in
            -o) case ${2-} in
                    *=*) printf ' -o %s' "$2";;
                    *) printf ' -o %s=%s' "${2-}" "${3-}"; [ $# -lt 3 ] || shift;;
                esac; [ $# -lt 2 ] || shift;;
            -[fpchC]) printf ' %s %s' "$1" "${2-}"; [ $# -lt 2 ] || shift;;
            -[ofpch]?*) printf ' %s' "$1";;
        esac
        shift
    done
}
now=; [ -z "$p" ] || now=$(pick $(tr '\0' ' ' <"/proc/$p/cmdline" | sed 's/^[^:]*: *//;s/ \[listener\].*//'))
next=$(pick $(printf '%s\n' "$start" | sed "s|\\\$SSHD_OPTS|$(printf %s "$opts" | sed 's/[&|\\]/\\&/g')|"))
[ -n "$start" ] || next=$now
echo "# pid"; echo "$p"; [ "$m" = 0 ] || [ -z "$m" ] || echo "$m"
echo "# now"; echo "$now"; [ -z "$now" ] || sshd -T -C lport=1 $now 2>&1
echo "# next"; echo "$next"; [ "$next" = "$now" ] || sshd -T -C lport=1 $next 2>&1
echo "# read"; stat -c '%.9Y %.9W %n' $f 2>/dev/null
sshd -ddd -T -C lport=1 $now 2>&1 >/dev/null </dev/null | tr -d '\r' | sed -n 's/.*load_server_config: filename //p
    s/.*new include \(.*\)\/[^/]*$/\1/p' | sort -u | while read -r r; do
        stat -L -c '%.9Y %.9W %n' "$r"; done 2>/dev/null
"""
"""One command: the arguments are told by the title of the process, the files by sshd itself."""

_PID_FILE = "/run/sshd.pid"


@dataclass(frozen=True)
class Server:
    """The running server: its arguments and those of the next start, with the values that sshd
    prints for them.
    """

    arguments: str = ""
    next_arguments: str = ""
    values: Sequence[str] = ()
    next_values: Sequence[str] = ()
    up_to_date: bool = True

    @property
    def config(self) -> str:
        """Return the file that it reads first."""
        named = re.search(r"(?:^| )-f ?(\S+)", self.arguments)
        return named[1] if named else "/etc/ssh/sshd_config"


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def server(printed: str) -> Server:
    """Return what RUNNING printed."""
    parts: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if line in ("# pid", "# now", "# next", "# read"):
            lines = parts.setdefault(line[2:], [])
        elif parts:
            lines.append(line)
    now, following = parts.get("now") or [""], parts.get("next") or [""]
    same = now[0].split() == following[0].split()
    values = now[1:]
    return Server(
        now[0].strip(),
        following[0].strip(),
        values,
        values if same else following[1:],
        up_to_date=_up_to_date(parts),
    )


def _up_to_date(parts: Mapping[str, Sequence[str]]) -> bool:
    """Return whether nothing that it reads is younger than its pid file, written at each start and
    each reload.

    By content and by birth: a file that came later under an older date is noticed, one that was
    overwritten in place and dated back is not. Where no server runs, or one a connection, there is
    nothing that is not read.
    """
    pids, seen = parts.get("pid", ()), [line.split(" ", 2) for line in parts.get("read", ())]
    if not pids or not pids[0]:
        return True
    written = next((float(row[0]) for row in seen if row[2] == _PID_FILE), None)
    if written is None:  # the pid file was moved: nobody can say
        return len(pids) < 2  # noqa: PLR2004 -- systemd's own word for it comes second
    return all(
        float(row[0]) <= written and _birth(row[1]) <= written
        for row in seen
        if row[2] != _PID_FILE
    )


def _birth(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # "-": this file system does not know
        return 0.0
