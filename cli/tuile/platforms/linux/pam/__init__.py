"""The stacks of PAM, evaluated as libpam does."""
