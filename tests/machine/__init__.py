"""A virtual machine with a kernel, a boot loader and a clock of its own."""
