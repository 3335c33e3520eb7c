"""What can be proven: trust in a repository's code, and the signatures on what it releases."""
