"""Breaks a rule about the kernel's boot line: in its sources and in the menu that GRUB shows."""

from __future__ import annotations

import shlex
from typing import Any

_SET = r"""
mkdir -p /etc/default/grub.d
[ -e /etc/default/grub ] || echo 'GRUB_CMDLINE_LINUX=""' >/etc/default/grub
for file in /etc/default/grub /etc/default/grub.d/*.cfg; do
    if [ -e "$file" ]; then sed -E -i {take_out} "$file"; fi
done
sed -E -i -e '/^[[:space:]]*linux[[:space:]]/'{take_out} {put_in} /boot/grub/grub.cfg
"""
_SOURCE = "sed -E -i {here} /etc/default/grub\n"


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which the argument is nowhere, or there though it must not be."""
    name = params.arg.replace(".", "[.]")
    take_out = shlex.quote(rf's/([" ]){name}(=[^" ]*)?/\1/g')
    if params.present:
        return _SET.format(take_out=take_out, put_in="")
    put_in = f"-e {shlex.quote(rf'/^[[:space:]]*linux[[:space:]]/s/$/ {params.arg}/')}"
    here = shlex.quote(rf's/^(GRUB_CMDLINE_LINUX=")/\1{params.arg} /')
    return _SET.format(take_out=take_out, put_in=put_in) + _SOURCE.format(here=here)
