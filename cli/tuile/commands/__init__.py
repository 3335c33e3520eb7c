"""The commands: flags to one flow, its result to one renderer, and an exit code."""
