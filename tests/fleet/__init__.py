"""The command line as its users meet it, on booted hosts."""
