"""What speaks to Matrix."""
