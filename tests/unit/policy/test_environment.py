"""A program that we start is given what it needs of our environment, and nothing else."""

from __future__ import annotations

from tuile.policy.environment import passed_on


def test_passwords_and_settings_stay_here() -> None:
    """Where files and the agent are is passed on; passwords, tokens and what changes other programs
    is not.
    """
    kept = {
        "PATH": "/usr/bin",
        "HOME": "/root",
        "SSH_AUTH_SOCK": "/run/a",
        "LC_ALL": "C.UTF-8",
        "XDG_STATE_HOME": "/s",
    }
    ours = {
        "TUILE_BECOME_PASSWORD": "x",
        "ANSIBLE_LIBRARY": "/x",
        "PYTHONPATH": "/x",
        "LD_PRELOAD": "x",
        "AWS_KEY": "x",
    }
    assert passed_on({**kept, **ours}) == kept
