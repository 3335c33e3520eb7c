"""All that knows Linux: what a host says of itself, and the program that guards it."""
