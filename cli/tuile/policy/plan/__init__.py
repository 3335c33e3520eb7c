"""From baselines and tailoring to the rules that one host must meet."""
