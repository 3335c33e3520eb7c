"""The SSH server: its files, the process that runs, and who may log in."""
