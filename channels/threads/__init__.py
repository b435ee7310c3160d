"""What speaks to Threads."""
