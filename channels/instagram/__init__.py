"""What speaks to Instagram."""
