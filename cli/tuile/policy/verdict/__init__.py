"""From what was seen to a verdict, and to the exit code of a fleet."""
