"""What speaks to X."""
