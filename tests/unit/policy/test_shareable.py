"""What is kept and shown holds no secret, and no more than anybody reads."""

from __future__ import annotations

import time

import pytest

from tuile.policy.shareable import LONGEST_ITEM, MOST_ITEMS, STARS, all_masked, masked, shareable

WORD = "Wombat7xyzQ"


@pytest.mark.parametrize(
    "text",
    [
        f"deb https://chu:{WORD}@apt.example.org/debian bookworm main",
        f"URIs: https://chu:{WORD}@sec@apt.example.org/debian",
        f"deb https://{WORD}{WORD}@apt.example.org stable main",
        f"machine apt.example.org login chu password {WORD}",
        f"anna ALL=(root) /usr/bin/mysql --password={WORD} -e x",
        f"anna ALL=(root) /usr/bin/backup --db-password {WORD}",
        f"//nas/x /mnt cifs username=x,password={WORD},ro 0 0",
        f"curl -H 'Authorization: Bearer {WORD}' https://x",
        f"API_KEY={WORD}",
        f'PASSWORD = "{WORD}"',
        f"root:$y$j9T$abcdefgh{WORD}$abcdefgh{WORD}:19700:0:99999:7:::",
        f"anna:!$6$salt$abcdefgh{WORD}:19700:0:99999:7:::",
        f"old:ab{WORD}cd:19700:0:99999:7:::",
        f"password_pbkdf2 root grub.pbkdf2.sha512.10000.ABCDEF{WORD}.0123",
        f"userPassword: {{SSHA}}abcdefgh{WORD}",
        f"$2b$12$abcdefgh{WORD}",
        f"$argon2id$v=19$m=65536,t=3,p=4$abc{WORD}",
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{WORD}\n-----END OPENSSH PRIVATE KEY-----",
    ],
)
def test_secrets_are_stars(text: str) -> None:
    """Passwords in URLs, options, files of passwords; hashes; keys."""
    found = masked(text)
    assert WORD not in found
    assert STARS in found
    assert masked(found) == found


@pytest.mark.parametrize(
    "text",
    [
        (
            "password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass"
            " yescrypt"
        ),
        "password required pam_pwquality.so retry=3 minlen=12",
        "PasswordAuthentication no",
        "PermitEmptyPasswords=no",
        "deb http://deb.debian.org/debian bookworm main",
        "root:*:19700:0:99999:7:::",
        "daemon:!:19700::::::",
        "anna:x:1000:1000:Anna,,,:/home/anna:/bin/bash",
        "ssh://git@example.org/x",
        "http://[::1]:8080/a@b",
        "anna ALL=(ALL:ALL) NOPASSWD: /usr/bin/apt-get update",
        "kernel.core_pattern=|/usr/lib/systemd/systemd-coredump %P",
        "$HOME/.ssh and ${PATH}",
        "sha512 min=0 max=99999",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Words about passwords, accounts without one, and addresses with a name alone are what a
    reader needs.
    """
    assert masked(text) == text


def test_data_is_masked_and_cut() -> None:
    """Of a long list the first items are kept, with how many there were, and which."""
    data = {
        "all": [f"line {number}" for number in range(2000)],
        "one": "x" * 20_000,
        "none": None,
        "many": 7,
    }
    kept = shareable(data)
    assert kept["all"][:MOST_ITEMS] == data["all"][:MOST_ITEMS]
    assert kept["all"][MOST_ITEMS].startswith("… (2000 in all, sha256 ")
    assert len(kept["all"]) == MOST_ITEMS + 1
    assert len(kept["one"]) < LONGEST_ITEM + 100
    assert (kept["none"], kept["many"]) == (None, 7)
    assert all_masked({"a": ["x", {"b": f"token={WORD}"}]}) == {"a": ["x", {"b": f"token={STARS}"}]}


@pytest.mark.parametrize(
    "piece",
    ["://", "://a:", "$6$", "a:", "password=", "--a-", "-----BEGIN PRIVATE KEY-----", "login "],
)
def test_masking_is_quick(piece: str) -> None:
    """A text that a host made to take long does not."""
    started = time.monotonic()
    masked(piece * (300_000 // len(piece)))
    assert time.monotonic() - started < 5
