"""The rules that all three tools can judge alike: the plain ones of linux-server, and more of their
kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import yaml

Rule = Mapping[str, Any]

SSHD = {
    "Port": "22",
    "AddressFamily": "any",
    "PrintLastLog": "yes",
    "TCPKeepAlive": "yes",
    "UseDNS": "no",
    "PermitTunnel": "no",
    "Compression": "yes",
    "GSSAPIAuthentication": "no",
}
FILES = {
    "0755": [
        "/etc",
        "/etc/apt",
        "/etc/default",
        "/etc/pam.d",
        "/etc/security",
        "/etc/systemd",
        "/usr",
        "/usr/bin",
    ],
    "0644": [
        "/etc/fstab",
        "/etc/host.conf",
        "/etc/issue",
        "/etc/login.defs",
        "/etc/nsswitch.conf",
        "/etc/profile",
    ],
    "0640": [
        "/etc/bash.bashrc",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/ld.so.conf",
        "/etc/shells",
        "/etc/deluser.conf",
    ],
}
PACKAGES = {
    "present": [
        "bash",
        "coreutils",
        "dpkg",
        "grep",
        "gzip",
        "kmod",
        "libc6",
        "mount",
        "openssh-server",
        "passwd",
    ],
    "absent": [
        "apache2",
        "bind9",
        "dovecot-core",
        "nginx",
        "postfix",
        "samba",
        "slapd",
        "snmpd",
        "squid",
        "vsftpd",
    ],
}
SERVICES = {
    "ssh": (True, True),
    "systemd-journald": (None, True),
    "nfs-server": (False, False),
    "smbd": (False, False),
}
KEYS = [
    "accept_redirects",
    "accept_source_route",
    "forwarding",
    "log_martians",
    "rp_filter",
    "send_redirects",
]
INTERFACES = ["all", "default", "lo", "host0"]
LOGIN_DEFS = {
    "ENCRYPT_METHOD": "SHA512",
    "UID_MIN": "1000",
    "LOGIN_TIMEOUT": "60",
    "FAILLOG_ENAB": "no",
}


def candidates(baseline: str) -> list[Rule]:
    """Return the rules to compare, of a baseline's text and of the lists above; one for each thing
    looked at.
    """
    found: dict[tuple[str, str], Rule] = {}
    for rule in [*yaml.safe_load(baseline)["rules"], *_more()]:
        if comparable(rule):
            found.setdefault((rule["kind"], _thing(rule["params"])), rule)
    return list(found.values())


def comparable(rule: Rule) -> bool:
    """Return whether stock testinfra and goss can say the same of a rule, in the words that they
    have for it.
    """
    params = rule["params"]
    if rule["kind"] == "sysctl":
        return " " not in str(params["value"])
    if rule["kind"] == "service":
        return "masked" not in params
    if rule["kind"] == "config_option":
        plain = params.get("compare", "equals") == "equals" and params["format"] in (
            "space",
            "equals",
        )
        return bool(plain) and params.get("default") != params["value"] and "drop_ins" not in params
    if rule["kind"] == "package":
        return "needs" not in params
    if rule["kind"] == "sshd_option":
        return bool(params.get("compare", "equals") == "equals")
    return rule["kind"] == "file"


def baseline_text(name: str, rules: list[Rule]) -> str:
    """Return the file of a baseline with these rules; texts play no part here."""
    said = {"en": "Side by side", "fr": "Côte à côte"}
    plain = [
        {"level": "minimal", "severity": "low", "title": said, "why": said}
        | {key: rule[key] for key in ("id", "kind", "params", "title", "why") if key in rule}
        for rule in rules
    ]
    document = {"name": name, "version": "0.1.0", "title": said, "rules": plain}
    return json.dumps(document, ensure_ascii=False, indent=2)  # which is YAML, too


def _thing(params: Mapping[str, Any]) -> str:
    return next(str(params[name]) for name in ("key", "path", "name", "option") if name in params)


def _more() -> Iterator[Rule]:
    yield from (
        _rule("sshd_option", option, option=option, value=value) for option, value in SSHD.items()
    )
    yield from (
        _rule("package", name, name=name, state=state)
        for state, names in PACKAGES.items()
        for name in names
    )
    for mode, paths in FILES.items():
        what = {
            "type": "directory" if mode == "0755" else "file",
            "mode": mode,
            "owner": "root",
            "group": ["root"],
        }
        yield from (_rule("file", path, path=path, **what) for path in paths)
    for name, (enabled, running) in SERVICES.items():
        yield _rule("service", name, name=name, enabled=enabled, running=running)
    for interface, key in product(INTERFACES, KEYS):
        yield _rule(
            "sysctl", f"{interface}-{key}", key=f"net.ipv4.conf.{interface}.{key}", value="0"
        )
    for key, value in LOGIN_DEFS.items():
        yield _rule(
            "config_option", key, file="/etc/login.defs", key=key, value=value, format="space"
        )


def _rule(kind: str, thing: str, **params: object) -> Rule:
    words = "".join(letter if letter.isalnum() else "-" for letter in f"{kind}-{thing}".lower())
    return {"id": f"more-{words}".replace("--", "-"), "kind": kind, "params": params}
