"""Background jobs, one file each."""
