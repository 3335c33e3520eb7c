"""What can be proven later: trust in a repository now, manifests and signatures to come."""
