"""What `make` runs: set-up in steps, checks in steps, the lock files. Standard library only."""
