"""What the kernel makes of a network key on one interface: of the key of all interfaces, and of the
interface's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_LARGER = {"rp_filter", "arp_ignore", "arp_announce", "arp_notify"}
_BOTH = {"accept_source_route", "bootp_relay", "mc_forwarding"}
_EITHER = {
    *(
        "accept_redirects",
        "send_redirects",
        "secure_redirects",
        "log_martians",
        "proxy_arp",
        "shared_media",
    ),
    *(
        "src_valid_mark",
        "promote_secondaries",
        "route_localnet",
        "arp_filter",
        "drop_gratuitous_arp",
    ),
    *("drop_unicast_in_l2_multicast", "accept_local"),
}
_KEY = re.compile(r"net\.(ipv[46])\.conf\.(.+)\.([^.]+)")
_NONE = ("all", "default", "lo")
"""Names that stand for no interface to a network."""
_SWITCH = "net.ipv4.ip_forward"
"""The name of net.ipv4.conf.all.forwarding that everybody knows."""


def parts(key: str) -> tuple[str, str, str] | None:
    """Return protocol, interface ("all" and "default" too) and name of a key of the network, None
    for other keys.
    """
    match = _KEY.fullmatch("net.ipv4.conf.all.forwarding" if key == _SWITCH else key)
    return (match[1], match[2], match[3]) if match else None


def own_keys(key: str, running: Mapping[str, str]) -> dict[str, str]:
    """Return the keys that stand beside one of all interfaces: of each that reaches a network, with
    its value.
    """
    asked = parts(key)
    if asked is None or asked[1] != "all":
        return {}
    names = _by_protocol_and_name(frozenset(running)).get((asked[0], asked[2]), ())
    return {name: running[name] for name in names}


@lru_cache(maxsize=64)  # hosts have the same keys, and each rule about all interfaces asks
def _by_protocol_and_name(keys: frozenset[str]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the keys of interfaces that reach a network, by protocol and name, in order."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for key in sorted(keys - {_SWITCH}):
        here = parts(key)
        if here and here[1] not in _NONE:
            found[here[0], here[2]] = (*found.get((here[0], here[2]), ()), key)
    return found


def in_force(key: str, everywhere: str, here: str) -> str:
    """Return the value that counts on an interface (include/linux/inetdevice.h; for IPv6 mostly its
    own alone).

    Where an interface forwards, both keys must accept redirects, elsewhere one of them is enough.
    The second is what is told here: others (an engine of containers) switch forwarding at any time,
    and redirects would count from then on.
    """
    asked = parts(key)
    if asked is None:
        return here
    version, _, name = asked
    if version == "ipv6":
        return _join(min, everywhere, here) if name == "accept_source_route" else here
    if name in _LARGER:
        return _join(max, everywhere, here)
    if name in _BOTH:
        return _join(min, everywhere, here)
    return _join(max, everywhere, here) if name in _EITHER else here


def _join(choose: object, everywhere: str, here: str) -> str:
    """Return the smaller or the larger of two numbers; what is none is left as the interface has
    it.
    """
    try:
        return str(
            min(int(everywhere), int(here)) if choose is min else max(int(everywhere), int(here))
        )
    except ValueError:
        return here
