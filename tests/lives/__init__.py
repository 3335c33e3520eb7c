"""People and programs that live with a hardened host: what they did before, they can do after."""
