"""What is put right while things go wrong: one small policy for each kind that may cost the way in."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fleet.policy import Rule, rule


@dataclass(frozen=True)
class Work:
    """Rules that all fail on a fresh host once `prepare` was run there."""

    name: str
    rules: tuple[Rule, ...]
    prepare: str = "true"


def risky(rule_id: str, kind: str, **params: object) -> Rule:
    """Return a rule that may cost the way in."""
    return {**rule(rule_id, kind), "params": params, "risk": "access"}


WORKS = (
    Work(
        "sshd_option",
        (
            risky("root-by-key-never", "sshd_option", option="PermitRootLogin", value="no"),
            risky(
                "tries-few",
                "sshd_option",
                option="MaxAuthTries",
                value="3",
                compare="at_most",
                floor=1,
            ),
            risky(
                "environment-none",
                "sshd_option",
                option="AcceptEnv",
                value="LANG",
                compare="subset_of",
            ),
        ),
    ),
    Work(
        "sudo_option",
        (
            risky("sudo-path-plain", "sudo_option", option="ignore_dot", value="yes"),
            risky("sudo-umask-tight", "sudo_option", option="umask", value="0077"),
        ),
    ),
    Work(
        "pam",
        (
            risky("lockout-on", "lockout"),
            risky(
                "history-kept",
                "pam",
                service="common-password",
                type="password",
                module="pam_pwhistory.so",
                arguments=["remember>=5", "use_authtok", "enforce_for_root"],
            ),
        ),
    ),
    Work("firewall", (risky("firewall-on", "firewall", services=["tcp/22"], forward="deny"),)),
    Work(
        "mounts",
        (
            risky(
                "tmp-no-programs",
                "mount_option",
                path="/tmp",  # noqa: S108 -- a name
                options=["nosuid", "nodev", "noexec"],
            ),
            # The same
            risky("shm-no-programs", "mount_option", path="/dev/shm", options=["noexec"]),  # noqa: S108
        ),
    ),
    Work(
        "accounts",
        (
            risky("system-accounts-locked", "account", aspect="system_locked"),
            risky(
                "passwords-age",
                "password_policy",
                setting="min_days",
                value="1",
                compare="at_least",
            ),
        ),
        "useradd --system --shell /bin/sh --password '$6$lab$drips' pump",
    ),
    Work(
        "network",
        (
            risky("martians-logged", "sysctl", key="net.ipv4.conf.all.log_martians", value="1"),
            risky(
                "redirects-ignored", "sysctl", key="net.ipv4.conf.all.accept_redirects", value="0"
            ),
            risky("way-back-checked", "sysctl", key="net.ipv4.conf.all.rp_filter", value="1"),
        ),
        "sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.all.rp_filter=0",
    ),
    Work(
        "services",
        (
            risky("timer-off", "service", name="fstrim.timer", enabled=False, running=False),
            risky(
                "backup-on",
                "service",
                name="dpkg-db-backup.timer",
                enabled=True,
                running=True,
                masked=False,
            ),
            risky("sshd-strict", "sshd_option", option="StrictModes", value="yes"),
            risky("issue-tight", "file", path="/etc/issue", mode="0600"),
        ),
        "systemctl start fstrim.timer; systemctl --quiet disable --now dpkg-db-backup.timer;"
        " echo StrictModes no >>/etc/ssh/sshd_config",
    ),
)
