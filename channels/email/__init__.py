"""What speaks to a newsletter by mail."""
