"""What speaks to YouTube."""
