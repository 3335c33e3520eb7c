"""What may be kept and shown of what was seen: without secrets, and not longer than anybody reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

STARS = "********"
MOST_ITEMS = 500
"""Items of one list that are kept."""
LONGEST_ITEM = 8192
"""Characters of one text that are kept."""

_HASH = r"[./A-Za-z0-9+=,$-]"
_NAMED = r"password|passwd|passphrase|secret|token|api[_-]?key|auth[_-]?key|access[_-]?key|private[_-]?key"
_SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # a password, or a token alone, in a URL
        r"(://[^\s/@:\"']{0,256}:)[^\s\"'<>/]{1,256}(?=@)",
        r"(https?://)[\w-]{20,256}(?=@)",
        # hashes as crypt(5), GRUB and LDAP write them
        rf"(\$(?:[1567]|2[abxy]?|y|gy|7|md5|sha1|apr1|argon2\w{{1,3}}|scrypt|pbkdf2[\w-]{{0,16}})\$){_HASH}{{8,512}}",
        r"(grub\.pbkdf2\.sha\d{1,3}\.)[\w.]{8,2048}",
        r"(\{S?(?:SHA|MD5|CRYPT)\d{0,3}\})[A-Za-z0-9+/=]{8,512}",
        # the second field of a line of shadow(5) or gshadow(5) that is anything but "", "*", "!",
        # "!*" or "x"
        r"^([\w.-]{1,64}\$?:!{0,2})[^:!*\s]{9,512}(?=:\d{0,9}:\d{0,9}:)",
        # name=value, and what follows the option of a program; netrc(5) and auth.conf
        rf"((?:^|[\s,;&?'\"({{_-])(?:{_NAMED})\s?=\s?[\"']?)(?!\[)[^\s,;&\"'*]{{1,512}}",
        rf"(--?(?:[\w-]{{0,32}}-)?(?:{_NAMED})[=\s]\s?[\"']?)[^\s\"'*-][^\s\"']{{0,512}}",
        r"(\blogin\s+\S{1,256}\s+password\s+)\S{1,512}",
        r"(\bAuthorization:\s*(?:Basic|Bearer|Digest)\s+)[^\"'\n]{1,2048}",
        r"(-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY-----)[^-]{0,65536}",
    )
)
_HINT = re.compile(
    rf"://|\$|[{{}}]|::|:\d{{0,9}}:|pbkdf2|{_NAMED}|Authorization|-----BEGIN", re.IGNORECASE
)
"""What any text with one of these has in it; most have not, and are not looked at further."""


def masked(text: str) -> str:
    """Return a text with stars in the place of passwords, keys and their hashes."""
    if _HINT.search(text):
        for secret in _SECRETS:
            text = secret.sub(rf"\g<1>{STARS}", text)
    return text


def all_masked(data: Any) -> Any:  # noqa: ANN401 -- plain JSON data
    """Return plain data with every text in it masked."""
    if isinstance(data, str):
        return masked(data)
    if isinstance(data, Mapping):
        return {name: all_masked(item) for name, item in data.items()}
    return [all_masked(item) for item in data] if isinstance(data, list | tuple) else data


def shareable(seen: Any) -> Any:  # noqa: ANN401 -- plain JSON data
    """Return what was seen, as plain data, masked and cut; what was cut is told by its size and its
    digest.
    """
    if isinstance(seen, str):
        return (
            masked(seen)
            if len(seen) <= LONGEST_ITEM
            else f"{masked(seen)[:LONGEST_ITEM]} {_rest(seen, len(seen))}"
        )
    if isinstance(seen, Mapping):
        return {name: shareable(item) for name, item in seen.items()}
    if not isinstance(seen, list | tuple):
        return seen
    kept = [shareable(item) for item in seen[:MOST_ITEMS]]
    return kept if len(seen) <= MOST_ITEMS else [*kept, _rest("\n".join(map(str, seen)), len(seen))]


def _rest(whole: str, size: int) -> str:
    digest = sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"… ({size} in all, sha256 {digest})"
