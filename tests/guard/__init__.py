"""The program that guards a host, on real hosts."""
