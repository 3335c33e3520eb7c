"""What is to be changed on a host, what is kept of it before, and what became of it."""
