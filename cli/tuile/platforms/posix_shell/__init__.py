"""Machines with a POSIX shell, and sudo where the account that logs in is not root."""
