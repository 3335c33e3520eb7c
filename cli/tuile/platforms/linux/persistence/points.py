"""Where code starts by itself on a Debian host, and the one look at all these places: several rules
ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from tuile.platforms.linux.persistence.program import PROGRAM
from tuile.policy.errors import Unseen

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult

Point = Literal[
    "jobs",
    "shells",
    "libraries",
    "programs",
    "boot",
    "devices",
    "privileges",
    "network",
    "desktop",
    "tools",
    "authorities",
]
"""Families of places: scheduled jobs, start files of shells, what is loaded into every program,
programs in root's own folders, boot and kernel, device rules, D-Bus and polkit, network hooks,
graphical sessions, hooks
of other tools, certificate authorities."""

SECONDS = 60
_CONF = "{/etc,/run,/usr/local/lib,/usr/lib}"
_SHARE = "{/etc,/run,/usr/local/share,/usr/share}"
_PERL = "{/etc/perl,/usr/local/lib/site_perl,/usr/local/{share,lib/*-linux-gnu*}/perl/*}"
_PYTHON = (
    "{/usr/lib/python3,/usr/lib/python3.*,/usr/local/lib/python3.*,/root/.local/lib/python3.*}"
)

# Each place: the family, how many folders deep (0: the files themselves), which lines of a file
# matter where no package brought it (any: the file as such), and a pattern of the shell.
_PLACES: Mapping[Point, tuple[tuple[int, str, str], ...]] = {
    "jobs": (
        (0, "any", "/etc/{crontab,anacrontab,fcrontab}"),
        (0, "allowed", "/etc/{cron,at}.allow"),
        (1, "any", "/etc/cron.{d,hourly,daily,weekly,monthly,yearly}"),
        (1, "table", "/var/spool/cron/{crontabs,atjobs}"),
        (1, "any", "{/var/spool/incron,/etc/incron.d,/var/spool/fcron}"),
    ),
    "shells": (
        (0, "shell", "/etc/{profile,bash.bashrc,bash.bash_logout,zshenv,zprofile,zshrc,csh.login,csh.cshrc,login.csh}"),
        (1, "shell", "/etc/profile.d"),
        (2, "shell", "/etc/{zsh,csh,fish,bash_completion.d}"),
        (0, "variables", "/etc/{environment,security/pam_env.conf,default/locale,locale.conf}"),
        (1, "variables", "/etc/environment.d"),
        (5, "shell", "/etc/skel"),
        (0, "line", "/etc/inputrc"),
        (0, "shell", "/root/.{profile,bash_profile,bash_login,bash_logout,bash_aliases,bashrc}"),
        (0, "shell", "/root/.{zshenv,zprofile,zshrc,zlogin,kshrc,cshrc,tcshrc,login,xprofile,xsession,xsessionrc}"),
        (0, "any", "/root/.ssh/{rc,environment}"),
        (0, "any", "{/etc/ssh/sshrc,/root/.pam_environment,/root/.forward,/root/.inputrc,/root/.pythonrc}"),
        (2, "any", "/root/.config/{systemd/user,autostart,fish}"),
    ),
    "libraries": (
        (0, "any", "/etc/ld.so.{preload,conf}"),
        (1, "any", "/etc/ld.so.conf.d"),
        (2, "any", "/usr/lib/*-linux-gnu*/{security,gconv,sasl2,engines-3,ossl-modules}"),
        (1, "any", "/usr/lib/security"),
        (1, "any", "/etc/gss/mech.d"),
        (0, "openssl", "/etc/ssl/openssl.cnf"),
        (0, "gnutls", "/etc/gnutls/config"),
        (0, "any", "/usr/lib/*-linux-gnu*/lib*.so*"),
        (0, "any", "/usr/lib/lib*.so*"),
        (0, "hides", "/usr/local/lib/lib*.so*"),
        (0, "hides", "/usr/local/lib/*-linux-gnu*/lib*.so*"),
        (0, "any", "/usr/lib64/ld-linux*"),
    ),
    "programs": (
        (1, "any", "/usr/{bin,sbin}"),
        (3, "any", "/usr/libexec"),
        (0, "any", "/usr/local/sbin/{adduser,deluser}.local"),
        (1, "hides", "/usr/local/{bin,sbin}"),
        (0, "hides", "/root/{bin,.local/bin}/*"),
        (1, "any", "/usr/lib/{apt,apt/*,dpkg,dpkg/*,cron,openssh,sudo,dbus-1.0,policykit-1,polkit-1,systemd}"),
        (0, "target", "/etc/alternatives/*"),
    ),
    "boot": (
        (0, "any", "/etc/{rc.local,inittab}"),
        (1, "any", "/etc/{init.d,rcS.d,rc?.d}"),
        (1, "modprobe", f"{_CONF}/modprobe.d"),
        (1, "any", f"{_CONF}/binfmt.d"),
        (1, "tmpfiles", f"{_CONF}/tmpfiles.d"),  # noqa: S108 -- a folder of settings
        (1, "sysusers", f"{_CONF}/sysusers.d"),
        (1, "any", "/etc/kernel/{postinst,preinst,postrm,prerm,header_postinst,install}.d"),
        (1, "any", "{/usr/lib,/usr/share}/kernel/{postinst,preinst,postrm,prerm,install}.d"),
        (3, "any", "{/etc,/usr/share}/initramfs-tools/{hooks,scripts}"),
        (1, "sets", "/etc/initramfs-tools/conf.d"),
        (0, "any", "/etc/initramfs/post-update.d/*"),
        (1, "menu", "/etc/grub.d"),
        (0, "command", "/etc/default/grub"),
        (1, "sets", "/etc/default/grub.d"),
        (2, "any", "/etc/dracut.conf.d"),
        (5, "any", "{/etc,/run,/var/lib}/extensions"),
        (5, "any", "{/run,/var/lib,/usr/local/lib,/usr/lib}/confexts"),
        (1, "any", f"{_CONF}/credstore{{,.encrypted}}"),
        (1, "any", "/etc/request-key.d"),
        (0, "built", "/usr/lib/modules/*/{updates,extra,misc,weak-updates}/{,*/}*.ko*"),
        (1, "any", f"{_CONF}/depmod.d"),
        (1, "sysctl", f"{_CONF}/sysctl.d"),
        (0, "sysctl", "/etc/sysctl.conf"),
        (0, "crypttab", "/etc/crypttab"),
        (0, "mountable", "/etc/fstab"),
        (1, "any", f"{_CONF}/systemd/{{system,user}}-preset"),
    ),
    "devices": (
        (1, "udev", f"{_CONF}/udev/rules.d"),
        (1, "any", "/usr/lib/udev"),
        (0, "any", "/etc/udev/udev.conf"),
    ),
    "privileges": (
        (1, "any", f"{_SHARE}/polkit-1/{{rules.d,actions}}"),
        (3, "any", "{/etc,/var/lib}/polkit-1/localauthority{,.conf.d}"),
        (1, "any", f"{_SHARE}/dbus-1/{{system.d,system-services}}"),
        (1, "any", "/usr/local/share/dbus-1/{system.d,system-services}"),
        (0, "any", "/etc/dbus-1/{system,system-local,session-local}.conf"),
        (0, "any", "/usr/share/dbus-1/system.conf"),
        (0, "target", "/etc/systemd/system/dbus-*.service"),
        (1, "any", f"{_CONF}/userdb"),
        (1, "profile", "/usr/share/pam-configs"),
        (0, "delegated", "/etc/sub{uid,gid}"),
        (0, "groups", "/etc/security/group.conf"),
        (0, "accounts", "/etc/{login.defs,adduser.conf,default/useradd}"),
        (0, "capability", "/etc/security/capability.conf"),
        (0, "any", "/etc/security/namespace.init"),
        (1, "line", "/etc/{doas.conf,doas.d,super.tab,calife.auth,hosts.equiv,ssh/shosts.equiv}"),
        (0, "line", "/root/.{k5login,k5users}"),
    ),
    "network": (
        (0, "updown", "/etc/network/interfaces"),
        (1, "updown", "/etc/network/interfaces.d"),
        (1, "any", "/etc/network/if-{pre-up,up,down,post-down}.d"),
        (1, "any", "/etc/dhcp/dhclient-{enter,exit}-hooks.d"),
        (1, "any", "/etc/resolvconf/update{,-libc}.d"),
        (0, "any", "/etc/{dhcpcd.enter-hook,dhcpcd.exit-hook,dhcp/dhclient-enter-hooks,dhcp/dhclient-exit-hooks}"),
        (0, "script", "/etc/dhcp/dhclient*.conf"),
        (1, "any", "/usr/lib/dhcpcd/dhcpcd-hooks"),
        (2, "any", "{/etc,/usr/lib}/NetworkManager/dispatcher.d"),
        (2, "any", "{/etc,/usr/lib}/networkd-dispatcher"),
        (1, "any", "/etc/ppp/ip{,v6}-{up,down,pre-up}.d"),
        (0, "any", "/etc/ppp/{ip,ipv6,auth}-{up,down,pre-up}"),
        (0, "script", "/etc/openvpn/{*.conf,client/*.conf,server/*.conf}"),
        (1, "any", "/etc/xinetd.d"),
        (0, "any", "/etc/inetd.conf"),
        (1, "any", "/etc/wpa_supplicant"),
        (0, "wrapper", "/etc/hosts.{allow,deny}"),
    ),
    "desktop": (
        (1, "any", "{/etc/xdg,/usr/share/gdm/greeter,/usr/share/gnome}/autostart"),
        (1, "any", "/etc/X11/Xsession.d"),
        (2, "any", "/etc/X11/{xinit,xdm}"),
        (2, "any", "/etc/gdm3/{Init,PostLogin,PreSession,PostSession,Prime}"),
        (1, "script", "/etc/{lightdm,lightdm/lightdm.conf.d,sddm.conf.d}"),
        (2, "any", "/etc/xdg/{plasma-workspace,lxsession}"),
        (0, "greeter", "/etc/{gdm3/{daemon,custom}.conf,sddm.conf,greetd/config.toml,X11/Xwrapper.config}"),
        (1, "any", "/usr/lib/cups/{filter,backend,notifier,driver,cgi-bin}"),
    ),
    "tools": (
        (0, "hook", "{/etc/dpkg/dpkg.cfg,/root/.dpkg.cfg}"),
        (1, "hook", "/etc/dpkg/dpkg.cfg.d"),
        (2, "any", "/etc/needrestart"),
        (0, "any", f"{_PYTHON}/{{,dist-packages/,site-packages/}}{{site,user}}customize.py"),
        (0, "import", f"{_PYTHON}/{{,dist-packages/,site-packages/}}*.pth"),
        (0, "any", "/etc/python3*/sitecustomize.py"),
        (0, "hides", "{/usr/local,/root/.local}/lib/python3*/{dist,site}-packages/{*.py,*.so,*/__init__.py}"),
        (0, "any", f"{_PERL}/sitecustomize.pl"),
        (0, "hides", f"{_PERL}/{{,*/,*/*/}}*.pm"),
        (0, "any", "/etc/emacs/site-start.d/*"),
        (0, "editor", "{/etc/vim/vimrc{,.local},/root/.{vimrc,vim/vimrc,exrc,config/nvim/init.vim}}"),
        (0, "git", "/root/{.gitconfig,.config/git/config}"),
        (0, "shell", "/root/.selected_editor"),
        (0, "any", "/root/.{lessfilter,gdbinit,bash_completion,mailcap,procmailrc}"),
        (0, "variables", "/root/{.lesskey,.config/lesskey}"),
        (0, "screens", "/root/.{tmux.conf,config/tmux/tmux.conf,screenrc}"),
        (0, "fetch", "/root/.{curlrc,wgetrc}"),
        (1, "any", "{/usr/local,/root/.local}/share/bash-completion/completions"),
        (1, "any", "/etc/shadow-maint/{useradd,userdel}-{pre,post}.d"),
        (1, "loads", "/etc/default"),
        (1, "plugin", "/etc/audit/plugins.d"),
        (0, "pipe", "/etc/aliases"),
        (1, "any", "/etc/{update-motd.d,ca-certificates/update.d,smartmontools/run.d,acpi,acpi/events,pm/sleep.d}"),
        (1, "any", "/usr/lib/pm-utils/sleep.d"),
        (1, "any", "/etc/{apcupsd,zfs/zed.d,mdadm,hdparm.d,smartmontools/smartd_warning.d}"),
        (0, "any", "/etc/{gitconfig,nanorc,screenrc,tmux.conf,sudo_logsrvd.conf}"),
    ),
    "authorities": (
        (2, "any", "/usr/local/share/ca-certificates"),
        (0, "authority", "/etc/ssl/certs/{ca-certificates.crt,*.[0-9]}"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One file of a place that is not as it should be."""

    point: str
    flaw: Literal["added", "changed", "writable"]
    path: str
    detail: str
    """Who may write it, whose job it is; "" where there is nothing to say."""

    def say(self) -> str:
        """Return the path, with what is to be said about it."""
        return f"{self.path} ({self.detail})" if self.detail else self.path


def _command() -> str:
    places = " ".join(
        f"'{point}:{depth}:{matters}:{pattern}'"
        for point, rows in _PLACES.items()
        for depth, matters, pattern in rows
    )
    return f"timeout {SECONDS} nice -n 19 perl -f -e '{PROGRAM}' {places}"


LOOK = _command()
"""Looks into all places at once: prints what no package brought, what was changed since, what
others may write.
"""


def looked(result: CommandResult) -> tuple[Found, ...]:
    """Return what the look found.

    Raises:
        Unseen: it did not come to its end, or some place could not be looked into.

    """
    if result.rc == 124:  # noqa: PLR2004 -- timeout(1)
        raise Unseen(
            f"the look took longer than {SECONDS} s", f"l’examen a duré plus de {SECONDS} s"
        )
    if result.rc != 0 or not result.stdout.endswith("end\0"):
        lines = result.stderr.strip().splitlines() or [f"exit status {result.rc}"]
        raise Unseen(lines[-1])
    return _read(result.stdout)


@lru_cache(maxsize=2)  # one answer serves all rules of a host
def _read(printed: str) -> tuple[Found, ...]:
    rows = (record.split("\t", 3) for record in printed.split("\0")[:-2])
    return tuple(Found(point, flaw, path, detail) for point, flaw, detail, path in rows)  # type: ignore[arg-type]
