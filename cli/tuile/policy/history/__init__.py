"""What became of hosts over time."""
